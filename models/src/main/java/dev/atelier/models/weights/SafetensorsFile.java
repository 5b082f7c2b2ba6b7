package dev.atelier.models.weights;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;

/**
 * A safetensors file. Opening it reads and checks the header only; tensors are mapped one by one,
 * so a file may be larger than memory and than 2 GiB. Not safe for use by several threads.
 */
public final class SafetensorsFile implements WeightSource {
  /** Largest header that is read, the reference's limit. */
  public static final long MAX_HEADER_BYTES = 100_000_000;

  private static final int PREFIX_BYTES = Long.BYTES;

  private final Path file;
  private final FileChannel channel;
  private final boolean writable;
  private final TensorReader.Buffer buffer = new TensorReader.Buffer();
  private final long size;
  private final long dataStart;
  private final SafetensorsHeader header;

  SafetensorsFile(Path file, FileChannel channel, boolean writable) throws IOException {
    this.file = file;
    this.channel = channel;
    this.writable = writable;
    this.size = channel.size();
    if (size < PREFIX_BYTES) {
      throw new WeightsException(
          file, "it is " + size + " bytes long, so it is not a safetensors file.");
    }
    long headerBytes = readFully(0, PREFIX_BYTES).order(ByteOrder.LITTLE_ENDIAN).getLong();
    // Unsigned in the file: what is negative here is larger than any file.
    if (headerBytes < 0 || headerBytes > MAX_HEADER_BYTES) {
      throw new WeightsException(
          file,
          "its header would be larger than "
              + MAX_HEADER_BYTES / 1_000_000
              + " MB, so it is damaged or not a safetensors file.");
    }
    if (headerBytes > size - PREFIX_BYTES) {
      throw new WeightsException(
          file, "it ends inside its header; the download may be incomplete, fetch the file again.");
    }
    this.dataStart = PREFIX_BYTES + headerBytes;
    byte[] json = readFully(PREFIX_BYTES, (int) headerBytes).array();
    this.header = SafetensorsHeader.parse(file, json, size - dataStart);
  }

  /**
   * Opens a file and checks its header.
   *
   * @throws WeightsException when there is no such file, it cannot be read or its header is at
   *     fault
   */
  public static SafetensorsFile open(Path file) {
    return OpenFile.with(file, SafetensorsFile::new);
  }

  @Override
  public Path file() {
    return file;
  }

  @Override
  public Set<String> names() {
    return header.tensors().keySet();
  }

  /** The {@code __metadata__} of the header, empty when it has none. */
  @Override
  public Map<String, String> metadata() {
    return header.metadata();
  }

  @Override
  public TensorInfo info(String name) {
    return entry(name).info();
  }

  @Override
  public NDArray read(NDManager manager, String name, DataType want) {
    SafetensorsHeader.Entry entry = entry(name);
    try {
      OpenFile.checkUnchanged(file, channel, size);
      var reader = new TensorReader(channel, writable, manager, want, buffer);
      NDArray array = reader.read(entry.info(), dataStart + entry.begin());
      array.setName(name);
      return array;
    } catch (IOException e) {
      throw new WeightsException(
          file, "its tensor " + SafetensorsHeader.quote(name) + " cannot be read.", e);
    }
  }

  @Override
  public void copy(String name, WritableByteChannel to) throws IOException {
    SafetensorsHeader.Entry entry = entry(name);
    OpenFile.checkUnchanged(file, channel, size);
    TensorReader.copy(channel, dataStart + entry.begin(), entry.info().bytes(), to);
  }

  @Override
  public void close() {
    OpenFile.closeQuietly(channel);
  }

  private SafetensorsHeader.Entry entry(String name) {
    SafetensorsHeader.Entry entry = header.tensors().get(name);
    if (entry == null) {
      throw WeightsException.noTensor(file, name);
    }
    return entry;
  }

  private ByteBuffer readFully(long position, int bytes) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(bytes);
    while (buffer.hasRemaining()) {
      if (channel.read(buffer, position + buffer.position()) < 0) {
        throw new EOFException();
      }
    }
    return buffer.flip();
  }
}
