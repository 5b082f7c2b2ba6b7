package dev.atelier.server.metadata;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.zip.CRC32;
import java.util.zip.InflaterInputStream;
import java.util.zip.ZipException;

/**
 * Text chunks of PNG files (PNG specification, third edition, section 11.3.3). Files are user
 * input: nothing but text chunks of a bounded size is ever held in memory or inflated.
 */
public final class PngText {
  /** Longest text that is read, in bytes, packed or not; Pillow's own bound. */
  public static final int MAX_TEXT = 1 << 20;

  private static final byte[] SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'};
  private static final int MAX_KEYWORD = 79;

  /** Length, type and CRC of a chunk. */
  private static final int CHUNK_FRAME = 12;

  private static final int HEADER_END = SIGNATURE.length + CHUNK_FRAME + 13;

  private PngText() {}

  /**
   * A PNG with a text chunk more, right after its header. As Pillow does it: tEXt when the text is
   * Latin-1, else iTXt, never compressed.
   *
   * @param png a whole PNG file that {@code javax.imageio} wrote
   * @param keyword 1 to 79 Latin-1 characters
   */
  public static byte[] add(byte[] png, String keyword, String text) {
    boolean latin = StandardCharsets.ISO_8859_1.newEncoder().canEncode(text);
    ByteArrayOutputStream data = new ByteArrayOutputStream(keyword.length() + text.length() + 8);
    data.writeBytes(keyword.getBytes(StandardCharsets.ISO_8859_1));
    data.write(0);
    if (!latin) {
      // Not compressed, method 0, no language, no translated keyword.
      data.writeBytes(new byte[4]);
    }
    data.writeBytes(text.getBytes(latin ? StandardCharsets.ISO_8859_1 : StandardCharsets.UTF_8));
    byte[] type = (latin ? "tEXt" : "iTXt").getBytes(StandardCharsets.US_ASCII);
    ByteBuffer out = ByteBuffer.allocate(png.length + CHUNK_FRAME + data.size());
    out.put(png, 0, HEADER_END)
        .putInt(data.size())
        .put(type)
        .put(data.toByteArray())
        .putInt((int) crc(type, data.toByteArray()))
        .put(png, HEADER_END, png.length - HEADER_END);
    return out.array();
  }

  /**
   * The first text of that keyword.
   *
   * @param png a PNG file from anywhere; read up to the end of its last chunk at most
   * @throws IOException when it is not a PNG file, is cut off or its text is broken or too long;
   *     the message is a sentence for the user
   */
  public static Optional<String> read(InputStream png, String keyword) throws IOException {
    DataInputStream in = new DataInputStream(png);
    if (!Arrays.equals(in.readNBytes(SIGNATURE.length), SIGNATURE)) {
      throw new IOException("This is not a PNG file.");
    }
    try {
      while (true) {
        int length = in.readInt();
        byte[] type = in.readNBytes(4);
        if (length < 0 || type.length < 4) {
          throw new IOException("This PNG file is damaged: a chunk has no length.");
        }
        String name = new String(type, StandardCharsets.ISO_8859_1);
        if (name.equals("IEND")) {
          return Optional.empty();
        }
        if (!name.equals("tEXt") && !name.equals("zTXt") && !name.equals("iTXt")) {
          in.skipNBytes(length + 4L);
          continue;
        }
        Optional<String> text = text(in, name, type, length, keyword);
        if (text.isPresent()) {
          return text;
        }
      }
    } catch (EOFException e) {
      throw new IOException("This PNG file is cut off.", e);
    }
  }

  private static Optional<String> text(
      DataInputStream in, String name, byte[] type, int length, String keyword) throws IOException {
    byte[] head = in.readNBytes(Math.min(length, MAX_KEYWORD + 1));
    int end = indexOf(head, 0);
    boolean wanted =
        end > 0 && new String(head, 0, end, StandardCharsets.ISO_8859_1).equals(keyword);
    if (!wanted) {
      in.skipNBytes(length - head.length + 4L);
      return Optional.empty();
    }
    if (length > MAX_TEXT) {
      throw new IOException("The text in this PNG file is longer than 1 MiB.");
    }
    byte[] data = Arrays.copyOf(head, length);
    in.readFully(data, head.length, length - head.length);
    if (in.readInt() != (int) crc(type, data)) {
      throw new IOException("This PNG file is damaged: the checksum of its text is wrong.");
    }
    byte[] rest = Arrays.copyOfRange(data, end + 1, data.length);
    return Optional.of(
        switch (name) {
          case "tEXt" -> new String(rest, StandardCharsets.ISO_8859_1);
          case "zTXt" -> inflate(skip(rest, 1), StandardCharsets.ISO_8859_1);
          default -> internationalText(rest);
        });
  }

  /** Compression flag, compression method, language tag, 0, translated keyword, 0, text. */
  private static String internationalText(byte[] data) throws IOException {
    byte[] flags = Arrays.copyOf(data, 2);
    byte[] afterFlags = skip(data, 2);
    byte[] afterLanguage = skip(afterFlags, indexOf(afterFlags, 0) + 1);
    byte[] text = skip(afterLanguage, indexOf(afterLanguage, 0) + 1);
    return flags[0] == 0
        ? new String(text, StandardCharsets.UTF_8)
        : inflate(text, StandardCharsets.UTF_8);
  }

  private static String inflate(byte[] packed, Charset charset) throws IOException {
    try (InputStream in = new InflaterInputStream(new ByteArrayInputStream(packed))) {
      byte[] text = in.readNBytes(MAX_TEXT + 1);
      if (text.length > MAX_TEXT) {
        throw new IOException("The text in this PNG file is longer than 1 MiB.");
      }
      return new String(text, charset);
    } catch (ZipException | EOFException e) {
      throw new IOException("This PNG file is damaged: its text cannot be unpacked.", e);
    }
  }

  private static byte[] skip(byte[] data, int count) throws IOException {
    if (count < 1 || count > data.length) {
      throw new IOException("This PNG file is damaged: its text has no end.");
    }
    return Arrays.copyOfRange(data, count, data.length);
  }

  private static int indexOf(byte[] data, int value) {
    for (int i = 0; i < data.length; i++) {
      if (data[i] == value) {
        return i;
      }
    }
    return -1;
  }

  private static long crc(byte[] type, byte[] data) {
    CRC32 crc = new CRC32();
    crc.update(type);
    crc.update(data);
    return crc.getValue();
  }
}
