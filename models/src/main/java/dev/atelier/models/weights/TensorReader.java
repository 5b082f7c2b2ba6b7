package dev.atelier.models.weights;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.channels.WritableByteChannel;
import java.util.EnumSet;
import java.util.Set;
import java.util.UUID;

/**
 * Brings one stored tensor into the engine. What the engine can hold as it is stored is mapped, and
 * on the CPU the mapping is the array: no copy, no heap. The rest is converted piece by piece into
 * memory of the engine, because a whole direct buffer a tensor would count against the JVM's limit
 * for as long as the model lives.
 */
final class TensorReader {
  private static final Set<DataType> ARRAY_TYPES =
      EnumSet.of(
          DataType.FLOAT64,
          DataType.FLOAT32,
          DataType.FLOAT16,
          DataType.INT64,
          DataType.INT32,
          DataType.INT8,
          DataType.UINT8,
          DataType.BOOLEAN);

  /** Numbers converted at once: a piece of them stays in the processor's cache. */
  static final int PIECE = 1 << 18;

  /**
   * Memory outside of the heap for one piece. It belongs to a source: a new one each time would
   * stay until the JVM happens to collect it.
   */
  static final class Buffer {
    private ByteBuffer bytes;

    private ByteBuffer ofSize(int size) {
      if (bytes == null || bytes.capacity() < size) {
        bytes = ByteBuffer.allocateDirect(size).order(ByteOrder.nativeOrder());
      }
      return bytes.clear().limit(size);
    }
  }

  private final FileChannel channel;
  private final boolean writable;
  private final NDManager manager;
  private final DataType want;
  private final Buffer buffer;

  /**
   * @param writable whether the channel may write, which copy-on-write mappings need
   * @param want the arrays' type
   * @param buffer for conversions
   */
  TensorReader(
      FileChannel channel, boolean writable, NDManager manager, DataType want, Buffer buffer) {
    if (!ARRAY_TYPES.contains(want)) {
      throw new IllegalArgumentException("No array can be read as " + want);
    }
    this.channel = channel;
    this.writable = writable;
    this.manager = manager;
    this.want = want;
    this.buffer = buffer;
  }

  /**
   * @param position of the tensor's first byte in the file
   */
  NDArray read(TensorInfo info, long position) throws IOException {
    if (info.bytes() == 0) {
      return manager.create(info.shape(), want);
    }
    // libtorch expects numbers at multiples of their size; mappings begin at a page's start.
    boolean aligned = position % info.type().bytes() == 0;
    // A mapping lasts until the JVM collects it: one that is only converted from would pile up.
    boolean same = info.type().engineType().filter(type -> type == want).isPresent();
    if (same && aligned && info.bytes() <= Integer.MAX_VALUE) {
      return map(info, position);
    }
    return convert(info, this::readFully, position);
  }

  /** Copies bytes of a file as they are. */
  static void copy(FileChannel from, long position, long bytes, WritableByteChannel to)
      throws IOException {
    long done = 0;
    while (done < bytes) {
      long copied = from.transferTo(position + done, bytes - done, to);
      if (copied <= 0) {
        throw new EOFException();
      }
      done += copied;
    }
  }

  private NDArray map(TensorInfo info, long position) throws IOException {
    MapMode mode = writable ? MapMode.PRIVATE : MapMode.READ_ONLY;
    MappedByteBuffer mapping = channel.map(mode, position, info.bytes());
    NDArray mapped = manager.create(mapping, info.shape(), want);
    if (manager.getDevice().isGpu()) {
      return mapped; // Already a copy.
    }
    if (!writable) {
      // A write to a page that is mapped read-only would end the process.
      try (mapped) {
        return mapped.duplicate();
      }
    }
    // The array itself holds on to the buffer, but views of it do not.
    manager.attachUncappedInternal(UUID.randomUUID().toString(), new Mapping(mapping));
    return mapped;
  }

  /**
   * @param numbers the tensor's numbers, in memory
   */
  NDArray read(TensorInfo info, ByteBuffer numbers) throws IOException {
    return convert(
        info,
        (target, bytes, position) ->
            target.clear().put(numbers.slice((int) position, bytes)).flip(),
        0);
  }

  /** Fills a buffer with so many bytes from a position on. */
  private interface Bytes {
    void read(ByteBuffer target, int bytes, long position) throws IOException;
  }

  private NDArray convert(TensorInfo info, Bytes source, long position) throws IOException {
    NumberDecoder decoder = NumberDecoder.of(info.type());
    long count = info.bytes() / info.type().bytes();
    int pieceCount = (int) Math.min(PIECE, count);
    ByteBuffer decoded = buffer.ofSize(pieceCount * decoder.type().getNumOfBytes());
    boolean same = decoder instanceof NumberDecoder.Same;
    ByteBuffer raw = same ? decoded : ByteBuffer.allocate(pieceCount * info.type().bytes());
    if (pieceCount == count) {
      source.read(raw, (int) info.bytes(), position);
      return whole(decode(decoder, raw, decoded), info.shape(), decoder.type());
    }
    NDArray result = manager.create(info.shape(), want);
    try (NDArray flat = result.reshape(new Shape(count))) {
      for (long start = 0; start < count; start += pieceCount) {
        int length = (int) Math.min(pieceCount, count - start);
        source.read(raw, length * info.type().bytes(), position + start * info.type().bytes());
        decode(decoder, raw, decoded);
        // Setting converts, and so writes each number once.
        try (NDArray piece = manager.create(decoded, new Shape(length), decoder.type())) {
          flat.set(new NDIndex().addSliceDim(start, start + length), piece);
        }
      }
    } catch (IOException | RuntimeException e) {
      result.close();
      throw e;
    }
    return result;
  }

  /** The numbers of {@code raw}, from the start of {@code decoded}, which may be the same. */
  private static ByteBuffer decode(NumberDecoder decoder, ByteBuffer raw, ByteBuffer decoded) {
    if (raw != decoded) {
      decoder.decode(raw.order(ByteOrder.LITTLE_ENDIAN), decoded.clear());
      decoded.flip();
    }
    return decoded;
  }

  /** What one piece holds: setting a part of an array takes longer than making a small one. */
  private NDArray whole(ByteBuffer numbers, Shape shape, DataType type) {
    try (NDArray piece = manager.create(numbers, shape, type)) {
      // Of the same type it may be the buffer itself, which the next tensor is read into.
      return type == want ? piece.duplicate() : piece.toType(want, true);
    }
  }

  private void readFully(ByteBuffer target, int bytes, long position) throws IOException {
    target.clear().limit(bytes);
    while (target.hasRemaining()) {
      if (channel.read(target, position + target.position()) < 0) {
        throw new EOFException();
      }
    }
    target.flip();
  }

  /** Keeps a mapping reachable, and with it mapped, until the manager is closed. */
  private record Mapping(MappedByteBuffer buffer) implements AutoCloseable {
    @Override
    public void close() {}
  }
}
