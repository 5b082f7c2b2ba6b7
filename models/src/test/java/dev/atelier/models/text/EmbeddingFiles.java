package dev.atelier.models.text;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Writes textual inversions. */
public final class EmbeddingFiles {
  private EmbeddingFiles() {}

  /** One of zeros, as A1111 saves it. */
  public static Path write(Path file, int vectors, int width) {
    return write(file, "emb_params", vectors, width, new float[vectors * width]);
  }

  /** A safetensors file of one float32 tensor [vectors, width]. */
  public static Path write(Path file, String key, int vectors, int width, float[] values) {
    String header =
        "{\"%s\":{\"dtype\":\"F32\",\"shape\":[%d,%d],\"data_offsets\":[0,%d]}}"
            .formatted(key, vectors, width, values.length * Float.BYTES);
    ByteBuffer bytes =
        ByteBuffer.allocate(Long.BYTES + header.length() + values.length * Float.BYTES)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putLong(header.length())
            .put(header.getBytes(StandardCharsets.US_ASCII));
    for (float value : values) {
      bytes.putFloat(value);
    }
    try {
      return Files.write(file, bytes.array());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
