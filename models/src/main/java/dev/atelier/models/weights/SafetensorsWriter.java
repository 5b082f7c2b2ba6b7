package dev.atelier.models.weights;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes a safetensors file, in the order and with the header of the reference implementation
 * (huggingface/safetensors, {@code safetensors/src/tensor.rs}, prepare): wide types first, then by
 * name, so that the numbers are aligned.
 */
final class SafetensorsWriter {
  /** Writes a tensor's bytes. */
  interface Content {
    void copy(WritableByteChannel to) throws IOException;
  }

  private record Tensor(TensorInfo info, Content content) {}

  private final Map<String, String> metadata = new LinkedHashMap<>();
  private final List<Tensor> tensors = new ArrayList<>();

  /** Begins with the metadata that torch's files have. */
  SafetensorsWriter() {
    metadata.put("format", "pt");
  }

  void putMetadata(String key, String value) {
    metadata.put(key, value);
  }

  /**
   * Adds a tensor.
   *
   * @param info its name, type, shape and size
   * @param content writes exactly {@link TensorInfo#bytes}
   */
  void add(TensorInfo info, Content content) {
    tensors.add(new Tensor(info, content));
  }

  /**
   * Writes the file. It has its name only when it is whole.
   *
   * @throws IOException when the disk is full or cannot be written
   */
  void write(Path file) throws IOException {
    tensors.sort(
        Comparator.comparingInt((Tensor tensor) -> -tensor.info().type().bytes())
            .thenComparing(tensor -> tensor.info().name()));
    Path parent = file.toAbsolutePath().getParent();
    Path partial = Files.createTempFile(parent, file.getFileName().toString(), ".part");
    try {
      try (FileChannel channel = FileChannel.open(partial, StandardOpenOption.WRITE)) {
        write(channel);
        channel.force(true);
      }
      Files.move(partial, file, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(partial);
    }
  }

  private void write(FileChannel channel) throws IOException {
    byte[] header = header();
    ByteBuffer start =
        ByteBuffer.allocate(Long.BYTES + header.length)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putLong(header.length)
            .put(header)
            .flip();
    while (start.hasRemaining()) {
      channel.write(start);
    }
    for (Tensor tensor : tensors) {
      long before = channel.position();
      tensor.content().copy(channel);
      if (channel.position() - before != tensor.info().bytes()) {
        throw new IOException("A tensor was written with another size than its own.");
      }
    }
  }

  /** Padded with spaces to a multiple of 8, so that the data is aligned. */
  private byte[] header() {
    var json = new JsonObject();
    var about = new JsonObject();
    metadata.forEach(about::addProperty);
    json.add("__metadata__", about);
    long position = 0;
    for (Tensor tensor : tensors) {
      var entry = new JsonObject();
      entry.addProperty("dtype", tensor.info().type().name());
      var shape = new JsonArray();
      for (long dimension : tensor.info().shape().getShape()) {
        shape.add(dimension);
      }
      entry.add("shape", shape);
      var offsets = new JsonArray();
      offsets.add(position);
      position += tensor.info().bytes();
      offsets.add(position);
      entry.add("data_offsets", offsets);
      json.add(tensor.info().name(), entry);
    }
    String text = json.toString();
    int length = text.getBytes(StandardCharsets.UTF_8).length;
    return (text + " ".repeat(-length & 7)).getBytes(StandardCharsets.UTF_8);
  }
}
