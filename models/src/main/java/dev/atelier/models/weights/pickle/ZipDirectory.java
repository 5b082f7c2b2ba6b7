package dev.atelier.models.weights.pickle;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Where the entries of a zip archive are in its file (PKWARE's APPNOTE.TXT 6.3.10), Zip64 included,
 * so that stored ones can be mapped. Every offset and size is checked against the file.
 */
public final class ZipDirectory {
  /** A network has some thousand tensors. */
  static final int MAX_ENTRIES = 100_000;

  static final int MAX_DIRECTORY_BYTES = 32 << 20;

  private static final int END_BYTES = 22;
  private static final int MAX_COMMENT = 0xFFFF;
  private static final int END64_BYTES = 56;
  private static final int LOCATOR64_BYTES = 20;
  private static final int HEADER_BYTES = 46;
  private static final int LOCAL_BYTES = 30;
  private static final long NONE = 0xFFFFFFFFL;

  /**
   * A stored entry.
   *
   * @param position of its first byte in the file
   * @param bytes its size
   */
  public record Entry(long position, long bytes) {}

  private record Header(long localHeader, long bytes) {}

  private final FileChannel channel;
  private final long fileBytes;
  private final Map<String, Header> headers = new LinkedHashMap<>();

  private ZipDirectory(FileChannel channel) throws IOException {
    this.channel = channel;
    this.fileBytes = channel.size();
    long end = findEnd();
    ByteBuffer record = read(end, END_BYTES);
    long count = record.getShort(10) & 0xFFFF;
    long bytes = record.getInt(12) & NONE;
    long offset = record.getInt(16) & NONE;
    if (count == 0xFFFF || bytes == NONE || offset == NONE) {
      ByteBuffer wide = end64(end);
      count = wide.getLong(32);
      bytes = wide.getLong(40);
      offset = wide.getLong(48);
    }
    if (count < 0 || count > MAX_ENTRIES || bytes < 0 || bytes > MAX_DIRECTORY_BYTES) {
      throw new PickleException("its zip directory is impossibly large, so it is damaged.");
    }
    readHeaders(read(offset, (int) bytes), (int) count);
  }

  /**
   * Reads the directory of an archive.
   *
   * @throws PickleException when it is damaged or has entries that are compressed or encrypted
   */
  public static ZipDirectory read(FileChannel channel) throws IOException {
    return new ZipDirectory(channel);
  }

  /** The entries' names and sizes, in the order of the directory. */
  public Map<String, Long> sizes() {
    Map<String, Long> sizes = new LinkedHashMap<>();
    headers.forEach((name, header) -> sizes.put(name, header.bytes()));
    return Collections.unmodifiableMap(sizes);
  }

  /** Whether there is an entry of that name. */
  public boolean has(String name) {
    return headers.containsKey(name);
  }

  /**
   * Where an entry's bytes are.
   *
   * @throws PickleException when there is no such entry or its place is none in the file
   */
  public Entry entry(String name) throws IOException {
    Header header = headers.get(name);
    if (header == null) {
      throw new PickleException(
          "it lacks the part \"%s\"; fetch the file again.".formatted(PickleException.shown(name)));
    }
    ByteBuffer local = read(header.localHeader(), LOCAL_BYTES);
    if (local.getInt(0) != 0x04034b50) {
      throw damaged();
    }
    // Name and extra field have lengths of their own here: torch aligns the data with the latter.
    long position =
        header.localHeader()
            + LOCAL_BYTES
            + (local.getShort(26) & 0xFFFF)
            + (local.getShort(28) & 0xFFFF);
    if (header.bytes() > fileBytes - position) {
      throw new PickleException("it ends too early; fetch the file again.");
    }
    return new Entry(position, header.bytes());
  }

  /** The bytes of an entry. */
  public byte[] bytes(Entry entry, int most) throws IOException {
    if (entry.bytes() > most) {
      throw new PickleException(
          "its pickle has %d bytes, more than any model's.".formatted(entry.bytes()));
    }
    return read(entry.position(), (int) entry.bytes()).array();
  }

  /** The directory's end is the file's, but for a comment. */
  private long findEnd() throws IOException {
    int tail = (int) Math.min(fileBytes, END_BYTES + MAX_COMMENT);
    ByteBuffer buffer = read(fileBytes - tail, tail);
    for (int at = tail - END_BYTES; at >= 0; at--) {
      if (buffer.getInt(at) == 0x06054b50
          && at + END_BYTES + (buffer.getShort(at + 20) & 0xFFFF) == tail) {
        return fileBytes - tail + at;
      }
    }
    throw new PickleException(
        "it ends before its zip directory; the download may be incomplete, fetch the file again.");
  }

  private ByteBuffer end64(long end) throws IOException {
    ByteBuffer locator = read(end - LOCATOR64_BYTES, LOCATOR64_BYTES);
    if (locator.getInt(0) != 0x07064b50) {
      throw damaged();
    }
    ByteBuffer record = read(locator.getLong(8), END64_BYTES);
    if (record.getInt(0) != 0x06064b50) {
      throw damaged();
    }
    return record;
  }

  private void readHeaders(ByteBuffer directory, int count) {
    for (int i = 0; i < count; i++) {
      if (directory.remaining() < HEADER_BYTES || directory.getInt() != 0x02014b50) {
        throw damaged();
      }
      int start = directory.position() - Integer.BYTES;
      int nameBytes = directory.getShort(start + 28) & 0xFFFF;
      int extraBytes = directory.getShort(start + 30) & 0xFFFF;
      int commentBytes = directory.getShort(start + 32) & 0xFFFF;
      int next = start + HEADER_BYTES + nameBytes + extraBytes + commentBytes;
      if (next > directory.limit()) {
        throw damaged();
      }
      readHeader(directory, start, nameBytes, extraBytes);
      directory.position(next);
    }
  }

  private void readHeader(ByteBuffer directory, int start, int nameBytes, int extraBytes) {
    String name =
        new String(directory.array(), start + HEADER_BYTES, nameBytes, StandardCharsets.UTF_8);
    int flags = directory.getShort(start + 8);
    int method = directory.getShort(start + 10);
    long stored = directory.getInt(start + 20) & NONE;
    long bytes = directory.getInt(start + 24) & NONE;
    long offset = directory.getInt(start + 42) & NONE;
    if (bytes == NONE || stored == NONE || offset == NONE) {
      ByteBuffer wide = zip64(directory, start + HEADER_BYTES + nameBytes, extraBytes);
      bytes = bytes == NONE ? next(wide) : bytes;
      stored = stored == NONE ? next(wide) : stored;
      offset = offset == NONE ? next(wide) : offset;
    }
    if ((flags & 1) != 0 || method != 0 || stored != bytes) {
      throw new PickleException(
          "its part \"%s\" is compressed, which torch.save never does, so it is not read."
              .formatted(PickleException.shown(name)));
    }
    if (headers.put(name, new Header(offset, bytes)) != null) {
      throw new PickleException(
          "it has the part \"%s\" twice, so it is damaged.".formatted(PickleException.shown(name)));
    }
  }

  /** The Zip64 extended information among the extra fields. */
  private static ByteBuffer zip64(ByteBuffer directory, int start, int bytes) {
    int at = start;
    while (at + 4 <= start + bytes) {
      int size = directory.getShort(at + 2) & 0xFFFF;
      if (at + 4 + size > start + bytes) {
        break;
      }
      if (directory.getShort(at) == 1) {
        return directory.slice(at + 4, size).order(ByteOrder.LITTLE_ENDIAN);
      }
      at += 4 + size;
    }
    throw damaged();
  }

  private static long next(ByteBuffer wide) {
    if (wide.remaining() < Long.BYTES) {
      throw damaged();
    }
    long value = wide.getLong();
    if (value < 0) {
      throw damaged();
    }
    return value;
  }

  private ByteBuffer read(long position, int bytes) throws IOException {
    if (position < 0 || bytes < 0 || position > fileBytes - bytes) {
      throw damaged();
    }
    ByteBuffer buffer = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    while (buffer.hasRemaining()) {
      if (channel.read(buffer, position + buffer.position()) < 0) {
        throw damaged();
      }
    }
    return buffer.flip();
  }

  private static PickleException damaged() {
    return new PickleException("its zip directory is damaged; fetch the file again.");
  }
}
