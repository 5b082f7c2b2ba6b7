package dev.atelier.models.weights;

import ai.djl.ndarray.types.DataType;
import java.util.Optional;

/**
 * How the numbers of a tensor are stored in a file, under the names of the <a
 * href="https://github.com/huggingface/safetensors">safetensors</a> format. All are little endian.
 */
public enum StoredType {
  F64(8, DataType.FLOAT64),
  F32(4, DataType.FLOAT32),
  F16(2, DataType.FLOAT16),
  /** The upper half of an F32. Has no engine type: an array of it would end the process. */
  BF16(2, null),
  /** 1 sign, 4 exponent, 3 mantissa bits, no infinities: torch's {@code float8_e4m3fn}. */
  F8_E4M3(1, null),
  /** 1 sign, 5 exponent, 2 mantissa bits: the upper half of an F16. */
  F8_E5M2(1, null),
  I64(8, DataType.INT64),
  I32(4, DataType.INT32),
  /** Has no engine type either: DJL's native part does not know it and ends the process. */
  I16(2, null),
  I8(1, DataType.INT8),
  U8(1, DataType.UINT8),
  BOOL(1, DataType.BOOLEAN);

  private final int bytes;
  private final Optional<DataType> engineType;

  StoredType(int bytes, DataType engineType) {
    this.bytes = bytes;
    this.engineType = Optional.ofNullable(engineType);
  }

  /** Bytes of one number. */
  public int bytes() {
    return bytes;
  }

  /** The engine's type of the same layout; empty when the numbers must be converted first. */
  public Optional<DataType> engineType() {
    return engineType;
  }

  /** The type of that name in a file's header. */
  static Optional<StoredType> byName(String name) {
    for (StoredType type : values()) {
      if (type.name().equals(name)) {
        return Optional.of(type);
      }
    }
    return Optional.empty();
  }
}
