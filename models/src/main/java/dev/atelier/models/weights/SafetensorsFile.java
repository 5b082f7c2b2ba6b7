package dev.atelier.models.weights;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
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
  private final long size;
  private final long dataStart;
  private final SafetensorsHeader header;

  private SafetensorsFile(Path file, FileChannel channel, boolean writable) throws IOException {
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
    // Opening a pipe would wait for its other end.
    if (Files.exists(file) && !Files.isRegularFile(file)) {
      throw new WeightsException(file, "it is not a file.");
    }
    // Copy-on-write mappings need a channel that may write, though nothing is ever written.
    boolean writable = Files.isWritable(file);
    Set<? extends OpenOption> options =
        writable
            ? Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE)
            : Set.of(StandardOpenOption.READ);
    FileChannel channel = null;
    SafetensorsFile opened = null;
    try {
      channel = FileChannel.open(file, options);
      opened = new SafetensorsFile(file, channel, writable);
      return opened;
    } catch (NoSuchFileException e) {
      throw new WeightsException(file, "there is no such file.", e);
    } catch (IOException e) {
      throw new WeightsException(file, "it cannot be read.", e);
    } finally {
      if (opened == null && channel != null) {
        closeQuietly(channel);
      }
    }
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
    if (!channel.isOpen()) {
      throw new IllegalStateException(file + " is closed");
    }
    try {
      // Mapping past the end would make a writable file longer.
      if (channel.size() != size) {
        throw new WeightsException(file, "it was changed while it was being read.");
      }
      var reader = new TensorReader(channel, writable, manager, want);
      NDArray array = reader.read(entry.info(), dataStart + entry.begin());
      array.setName(name);
      return array;
    } catch (IOException e) {
      throw new WeightsException(
          file, "its tensor " + SafetensorsHeader.quote(name) + " cannot be read.", e);
    }
  }

  @Override
  public void close() {
    closeQuietly(channel);
  }

  private SafetensorsHeader.Entry entry(String name) {
    SafetensorsHeader.Entry entry = header.tensors().get(name);
    if (entry == null) {
      throw new WeightsException(
          file, "it has no tensor " + SafetensorsHeader.quote(name) + ", which is needed.");
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

  private static void closeQuietly(FileChannel channel) {
    try {
      channel.close();
    } catch (IOException e) {
      // Nothing was written, so nothing can be lost.
    }
  }
}
