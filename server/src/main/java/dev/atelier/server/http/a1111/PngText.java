package dev.atelier.server.http.a1111;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.zip.InflaterInputStream;

/**
 * The text chunks of a PNG (PNG specification, third edition, 11.3.3). Nothing is decoded but text,
 * so that a picture's size does not matter; compressed text is read up to a limit.
 */
final class PngText {
  private static final long SIGNATURE = 0x89504E470D0A1A0AL;
  private static final int LONGEST_TEXT = 1 << 20;
  private static final int MOST_TEXTS = 100;

  private PngText() {}

  /**
   * The texts by keyword, in file order; empty when the bytes are no PNG. A broken end is left out,
   * as readers of pictures do.
   */
  static Optional<Map<String, String>> read(byte[] png) {
    ByteBuffer in = ByteBuffer.wrap(png);
    if (in.remaining() < Long.BYTES || in.getLong() != SIGNATURE) {
      return Optional.empty();
    }
    Map<String, String> texts = new LinkedHashMap<>();
    // A chunk is a length, a type of four letters, as many bytes, a checksum.
    while (in.remaining() >= 12 && texts.size() < MOST_TEXTS) {
      int length = in.getInt();
      int type = in.getInt();
      if (length < 0 || length > in.remaining() - 4) {
        break;
      }
      ByteBuffer data = in.slice(in.position(), length);
      in.position(in.position() + length + 4);
      try {
        add(type, data, texts);
      } catch (IOException | BufferUnderflowException e) {
        // This chunk is broken; the others need not be.
        continue;
      }
    }
    return Optional.of(texts);
  }

  private static void add(int type, ByteBuffer data, Map<String, String> texts) throws IOException {
    switch (type) {
      case 0x74455874 -> { // tEXt
        String keyword = word(data);
        texts.putIfAbsent(keyword, plain(data, StandardCharsets.ISO_8859_1));
      }
      case 0x7A545874 -> { // zTXt
        String keyword = word(data);
        data.get(); // The method: there is only one.
        texts.putIfAbsent(keyword, inflated(data, StandardCharsets.ISO_8859_1));
      }
      case 0x69545874 -> { // iTXt
        String keyword = word(data);
        boolean compressed = data.get() == 1;
        data.get();
        word(data); // The language.
        word(data); // The keyword in that language.
        texts.putIfAbsent(
            keyword,
            compressed
                ? inflated(data, StandardCharsets.UTF_8)
                : plain(data, StandardCharsets.UTF_8));
      }
      default -> {
        // Not text.
      }
    }
  }

  /** Up to the next zero byte. */
  private static String word(ByteBuffer data) {
    int start = data.position();
    while (data.get() != 0) {
      // Looking for the end.
    }
    return StandardCharsets.ISO_8859_1
        .decode(data.slice(start, data.position() - start - 1))
        .toString();
  }

  private static String plain(ByteBuffer data, Charset charset) {
    return charset
        .decode(data.slice(data.position(), Math.min(data.remaining(), LONGEST_TEXT)))
        .toString();
  }

  private static String inflated(ByteBuffer data, Charset charset) throws IOException {
    byte[] packed = new byte[data.remaining()];
    data.get(packed);
    try (InputStream in = new InflaterInputStream(new ByteArrayInputStream(packed))) {
      return new String(in.readNBytes(LONGEST_TEXT), charset);
    }
  }
}
