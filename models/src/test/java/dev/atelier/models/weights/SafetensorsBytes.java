package dev.atelier.models.weights;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.StringJoiner;

/** Builds safetensors files byte by byte, right ones and wrong ones. */
public final class SafetensorsBytes {
  private final StringJoiner members = new StringJoiner(",", "{", "}");
  private final ByteArrayOutputStream data = new ByteArrayOutputStream();

  /** A file of exactly this header. */
  static byte[] of(String header, byte[] data) {
    return of(header.getBytes(StandardCharsets.UTF_8), data);
  }

  static byte[] of(byte[] header, byte[] data) {
    return ByteBuffer.allocate(8 + header.length + data.length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(header.length)
        .put(header)
        .put(data)
        .array();
  }

  static Path write(Path file, byte[] bytes) {
    try {
      return Files.write(file, bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public SafetensorsBytes add(String name, StoredType type, long[] shape, byte[] bytes) {
    members.add(
        String.format(
            "\"%s\":{\"dtype\":\"%s\",\"shape\":%s,\"data_offsets\":[%d,%d]}",
            name, type, Arrays.toString(shape), data.size(), data.size() + bytes.length));
    data.writeBytes(bytes);
    return this;
  }

  public SafetensorsBytes addMetadata(String key, String value) {
    members.add(
        String.format("\"__metadata__\":{\"%s\":\"%s\"}", key, value.replace("\"", "\\\"")));
    return this;
  }

  /** The data begins at a multiple of 8, as the reference writes files. */
  public byte[] build() {
    return build(-members.toString().getBytes(StandardCharsets.UTF_8).length & 7);
  }

  /** The header with {@code padding} spaces after it, which change how the data is aligned. */
  byte[] build(int padding) {
    return of(members + " ".repeat(padding), data.toByteArray());
  }
}
