package dev.atelier.server.events;

import io.vertx.core.buffer.Buffer;
import java.util.UUID;

/**
 * One preview as it travels to the page: byte 0 the format's version (1), byte 1 the picture's
 * index in its batch, bytes 2 and 3 the step (unsigned), bytes 4 to 19 the job's id, then a JPEG;
 * all big endian.
 */
public final class PreviewFrame {
  private static final int VERSION = 1;
  private static final int HEADER = 20;
  private final Buffer bytes;

  private PreviewFrame(Buffer bytes) {
    this.bytes = bytes;
  }

  /**
   * A frame to be sent.
   *
   * @param job the job that makes the picture
   * @param index the picture's place in the batch, 0 to 255
   * @param step sampling steps done, 0 to 65535
   * @param jpeg the picture
   */
  public static PreviewFrame of(UUID job, int index, int step, byte[] jpeg) {
    return new PreviewFrame(
        Buffer.buffer(HEADER + jpeg.length)
            .appendUnsignedByte((short) VERSION)
            .appendUnsignedByte((short) index)
            .appendUnsignedShort(step)
            .appendLong(job.getMostSignificantBits())
            .appendLong(job.getLeastSignificantBits())
            .appendBytes(jpeg));
  }

  /** The frame that {@link #bytes} came from. */
  static PreviewFrame of(Buffer bytes) {
    if (bytes.length() < HEADER || bytes.getUnsignedByte(0) != VERSION) {
      throw new IllegalArgumentException("Not a preview frame of version " + VERSION);
    }
    return new PreviewFrame(bytes);
  }

  /** What is sent; not to be changed. */
  Buffer bytes() {
    return bytes;
  }

  UUID job() {
    return new UUID(bytes.getLong(4), bytes.getLong(12));
  }

  /** The picture. */
  Buffer jpeg() {
    return bytes.getBuffer(HEADER, bytes.length());
  }

  int index() {
    return bytes.getUnsignedByte(1);
  }
}
