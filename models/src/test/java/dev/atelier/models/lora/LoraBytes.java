package dev.atelier.models.lora;

import dev.atelier.models.weights.SafetensorsBytes;
import dev.atelier.models.weights.StoredType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;

/** Writes LoRAs whose numbers are exact in every type, multiples of 1/32 from -1 to 1. */
final class LoraBytes {
  private final SafetensorsBytes file = new SafetensorsBytes();
  private final StoredType type;
  private final Random random;

  LoraBytes(StoredType type, long seed) {
    this.type = type;
    this.random = new Random(seed);
  }

  LoraBytes() {
    this(StoredType.F32, 1);
  }

  /** Adds random numbers, which it returns. */
  double[] add(String key, long... shape) {
    double[] values = random.doubles(count(shape)).map(x -> Math.rint(x * 64 - 32) / 32).toArray();
    put(key, values, shape);
    return values;
  }

  LoraBytes put(String key, double[] values, long... shape) {
    ByteBuffer bytes =
        ByteBuffer.allocate(values.length * type.bytes()).order(ByteOrder.LITTLE_ENDIAN);
    for (double value : values) {
      int bits = Float.floatToRawIntBits((float) value);
      switch (type) {
        case F32 -> bytes.putInt(bits);
        case BF16 -> bytes.putShort((short) (bits >>> 16));
        case F16 -> bytes.putShort(half(bits));
        default -> throw new IllegalArgumentException(type.name());
      }
    }
    file.add(key, type, shape, bytes.array());
    return this;
  }

  /** Of a number that fp16 holds, none of its denormals. */
  private static short half(int bits) {
    if (bits << 1 == 0) {
      return 0;
    }
    int exponent = (bits >>> 23 & 0xFF) - 127 + 15;
    return (short) (bits >>> 16 & 0x8000 | exponent << 10 | bits >>> 13 & 0x3FF);
  }

  LoraBytes addMetadata(String key, String value) {
    file.addMetadata(key, value);
    return this;
  }

  byte[] bytes() {
    return file.build();
  }

  Path write(Path to) {
    try {
      return Files.write(to, bytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static long count(long... shape) {
    long count = 1;
    for (long length : shape) {
      count *= length;
    }
    return count;
  }
}
