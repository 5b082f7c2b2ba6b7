package dev.atelier.models.weights;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Builds files as torch.save writes them, right ones and wrong ones. */
final class TorchBytes {
  private final ByteArrayOutputStream pickle = new ByteArrayOutputStream();
  private final Map<String, byte[]> entries = new LinkedHashMap<>();
  private int storages;

  /** Begins the pickle with protocol 2 and an open dict. */
  TorchBytes() {
    raw(0x80, 2, '}', '(');
  }

  /** Instructions as they are. */
  TorchBytes raw(int... opcodes) {
    for (int opcode : opcodes) {
      pickle.write(opcode);
    }
    return this;
  }

  TorchBytes text(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    raw('X');
    int32(bytes.length);
    pickle.writeBytes(bytes);
    return this;
  }

  TorchBytes global(String module, String name) {
    raw('c');
    pickle.writeBytes((module + "\n" + name + "\n").getBytes(StandardCharsets.UTF_8));
    return this;
  }

  TorchBytes number(long value) {
    raw(0x8a, 8);
    pickle.writeBytes(ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(value).array());
    return this;
  }

  private TorchBytes numbers(long... values) {
    raw('(');
    for (long value : values) {
      number(value);
    }
    return raw('t');
  }

  /** A tensor over a storage of its own. */
  TorchBytes add(
      String name, String storage, byte[] data, long offset, long[] shape, long[] strides) {
    String key = Integer.toString(storages++);
    entries.put("data/" + key, data);
    text(name);
    return tensor(storage, key, data.length, offset, shape, strides);
  }

  /** A tensor over a storage that is there or not. */
  TorchBytes tensor(
      String storage, String key, long count, long offset, long[] shape, long[] strides) {
    global("torch._utils", "_rebuild_tensor_v2").raw('(', '(').text("storage");
    global("torch", storage).text(key).text("cpu").number(count).raw('t', 'Q');
    number(offset).numbers(shape).numbers(strides).raw(0x89);
    return global("collections", "OrderedDict").raw(')', 'R', 't', 'R');
  }

  /** Another part of the archive. */
  TorchBytes entry(String name, byte[] bytes) {
    entries.put(name, bytes);
    return this;
  }

  /** The pickle, its dict closed. */
  byte[] pickle() {
    byte[] begun = pickle.toByteArray();
    ByteBuffer whole = ByteBuffer.allocate(begun.length + 2);
    return whole.put(begun).put((byte) 'u').put((byte) '.').array();
  }

  /** The archive. */
  byte[] build() {
    return archive(pickle());
  }

  /** The archive with another pickle. */
  byte[] archive(byte[] otherPickle) {
    var bytes = new ByteArrayOutputStream();
    try (var zip = new ZipOutputStream(bytes)) {
      zip.setMethod(ZipOutputStream.STORED);
      put(zip, "archive/data.pkl", otherPickle);
      for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
        put(zip, "archive/" + entry.getKey(), entry.getValue());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private static void put(ZipOutputStream zip, String name, byte[] data) throws IOException {
    var crc = new CRC32();
    crc.update(data);
    var entry = new ZipEntry(name);
    entry.setSize(data.length);
    entry.setCompressedSize(data.length);
    entry.setCrc(crc.getValue());
    zip.putNextEntry(entry);
    zip.write(data);
    zip.closeEntry();
  }

  private void int32(int value) {
    pickle.writeBytes(ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(value).array());
  }
}
