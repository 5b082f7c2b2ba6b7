package dev.atelier.models.weights.pickle;

import java.util.Optional;

/** torch's types of numbers that files here may have. */
public enum Dtype {
  FLOAT64("DoubleStorage", "float64"),
  FLOAT32("FloatStorage", "float32"),
  FLOAT16("HalfStorage", "float16"),
  BFLOAT16("BFloat16Storage", "bfloat16"),
  FLOAT8_E4M3("", "float8_e4m3fn"),
  FLOAT8_E5M2("", "float8_e5m2"),
  INT64("LongStorage", "int64"),
  INT32("IntStorage", "int32"),
  INT16("ShortStorage", "int16"),
  INT8("CharStorage", "int8"),
  UINT8("ByteStorage", "uint8"),
  BOOL("BoolStorage", "bool");

  private final String storage;
  private final String dtype;

  Dtype(String storage, String dtype) {
    this.storage = storage;
    this.dtype = dtype;
  }

  /** The type of a storage class, e.g. {@code HalfStorage}. */
  static Optional<Dtype> ofStorage(String name) {
    return find(name, true);
  }

  /** The type of that name in torch, e.g. {@code float16}. */
  static Optional<Dtype> ofName(String name) {
    return find(name, false);
  }

  private static Optional<Dtype> find(String name, boolean storage) {
    for (Dtype type : values()) {
      if (name.equals(storage ? type.storage : type.dtype)) {
        return Optional.of(type);
      }
    }
    return Optional.empty();
  }
}
