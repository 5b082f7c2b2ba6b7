package dev.atelier.models.weights;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** What stored bytes mean, from the formats' definitions and independent of the code tested. */
final class StoredNumbers {
  private StoredNumbers() {}

  static double at(StoredType type, byte[] bytes, int index) {
    ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    return switch (type) {
      case F64 -> buffer.getDouble(8 * index);
      case F32 -> buffer.getFloat(4 * index);
      case F16 -> floating(buffer.getShort(2 * index), 5, 10, true);
      case BF16 -> floating(buffer.getShort(2 * index), 8, 7, true);
      case F8_E4M3 -> floating(buffer.get(index), 4, 3, false);
      case F8_E5M2 -> floating(buffer.get(index), 5, 2, true);
      case I64 -> buffer.getLong(8 * index);
      case I32 -> buffer.getInt(4 * index);
      case I16 -> buffer.getShort(2 * index);
      case I8 -> buffer.get(index);
      case U8, BOOL -> buffer.get(index) & 0xFF;
    };
  }

  /**
   * A sign bit, then exponent and mantissa.
   *
   * @param infinities whether the highest exponent is for infinities and not-a-numbers; if not,
   *     only the pattern of all ones is not a number
   */
  private static double floating(int bits, int exponentBits, int mantissaBits, boolean infinities) {
    int exponent = (bits >> mantissaBits) & ((1 << exponentBits) - 1);
    int mantissa = bits & ((1 << mantissaBits) - 1);
    double sign = (bits >> (exponentBits + mantissaBits) & 1) == 1 ? -1 : 1;
    int highest = (1 << exponentBits) - 1;
    if (exponent == highest && infinities) {
      return mantissa == 0 ? sign * Double.POSITIVE_INFINITY : Double.NaN;
    }
    if (exponent == highest && mantissa == (1 << mantissaBits) - 1) {
      return Double.NaN;
    }
    int bias = highest / 2;
    double fraction = mantissa / (double) (1 << mantissaBits);
    return exponent == 0
        ? sign * fraction * Math.pow(2, 1 - bias)
        : sign * (1 + fraction) * Math.pow(2, exponent - bias);
  }
}
