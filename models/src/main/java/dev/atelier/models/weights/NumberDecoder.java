package dev.atelier.models.weights;

import ai.djl.ndarray.types.DataType;
import java.nio.ByteBuffer;

/** Turns stored numbers into numbers that the engine can hold. */
sealed interface NumberDecoder {
  /** The type of the decoded numbers. */
  DataType type();

  /**
   * Decodes all numbers that remain in {@code stored}.
   *
   * @param stored little endian
   * @param decoded in the machine's order, with room for them
   */
  void decode(ByteBuffer stored, ByteBuffer decoded);

  /** The decoder for {@code type}: bytes as they are where the engine knows the type. */
  static NumberDecoder of(StoredType type) {
    return switch (type) {
      case I16 -> new Int16();
      case BF16 -> new BFloat16();
      case F8_E4M3 -> Float8.E4M3;
      case F8_E5M2 -> Float8.E5M2;
      default -> new Same(type.engineType().orElseThrow());
    };
  }

  /** libtorch runs on little-endian machines only, so the bytes can be copied. */
  record Same(DataType type) implements NumberDecoder {
    @Override
    public void decode(ByteBuffer stored, ByteBuffer decoded) {
      decoded.put(stored);
    }
  }

  record Int16() implements NumberDecoder {
    @Override
    public DataType type() {
      return DataType.INT32;
    }

    @Override
    public void decode(ByteBuffer stored, ByteBuffer decoded) {
      while (stored.hasRemaining()) {
        decoded.putInt(stored.getShort());
      }
    }
  }

  /** A bfloat16 is the upper half of a float. */
  record BFloat16() implements NumberDecoder {
    @Override
    public DataType type() {
      return DataType.FLOAT32;
    }

    @Override
    public void decode(ByteBuffer stored, ByteBuffer decoded) {
      while (stored.hasRemaining()) {
        decoded.putInt(stored.getShort() << 16);
      }
    }
  }

  /** Eight bits have 256 values: a table holds them. */
  final class Float8 implements NumberDecoder {
    /**
     * Bias 7, and the one pattern of each sign with all bits set is not a number ("FP8 Formats for
     * Deep Learning", arXiv 2209.05433, table 1).
     */
    static final Float8 E4M3 = new Float8(table(3, 7));

    /** Bias 15, infinities and not-a-numbers as IEEE 754 has them. */
    static final Float8 E5M2 = new Float8(table(2, 15));

    private final float[] values;

    private Float8(float[] values) {
      this.values = values;
    }

    private static float[] table(int mantissaBits, int bias) {
      float[] table = new float[256];
      int exponentMask = (1 << (7 - mantissaBits)) - 1;
      for (int bits = 0; bits < table.length; bits++) {
        int exponent = (bits >> mantissaBits) & exponentMask;
        int mantissa = bits & ((1 << mantissaBits) - 1);
        boolean ieee = mantissaBits == 2;
        float value;
        if (ieee && exponent == exponentMask) {
          value = mantissa == 0 ? Float.POSITIVE_INFINITY : Float.NaN;
        } else if (!ieee && (bits & 0x7F) == 0x7F) {
          value = Float.NaN;
        } else {
          // Denormals have no implicit one and the exponent of the smallest normal.
          int significand = exponent == 0 ? mantissa : mantissa + (1 << mantissaBits);
          value = Math.scalb((float) significand, Math.max(exponent, 1) - bias - mantissaBits);
        }
        table[bits] = (bits & 0x80) == 0 ? value : -value;
      }
      return table;
    }

    @Override
    public DataType type() {
      return DataType.FLOAT32;
    }

    @Override
    public void decode(ByteBuffer stored, ByteBuffer decoded) {
      while (stored.hasRemaining()) {
        decoded.putFloat(values[stored.get() & 0xFF]);
      }
    }
  }
}
