package dev.atelier.models.weights.pickle;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** A pickle's bytes, read from the front; every length is checked against what is left. */
final class PickleBytes {
  /** Modules and functions have names of this length at most. */
  private static final int MAX_LINE = 512;

  private final byte[] bytes;
  private int position;

  PickleBytes(byte[] bytes) {
    this.bytes = bytes;
  }

  /** An unsigned number of one or two bytes. */
  int unsigned(int size) {
    return (int) number(size) & ((1 << (8 * size)) - 1);
  }

  /** A signed number of 1 to 8 bytes. */
  long number(int size) {
    int begin = advance(size);
    long value = bytes[begin + size - 1]; // carries the sign
    for (int i = size - 2; i >= 0; i--) {
      value = value << 8 | (bytes[begin + i] & 0xFF);
    }
    return value;
  }

  /** A length: what is more than there is left is a fault when it is used. */
  int length(int size) {
    long length = number(size);
    if (length < 0 || length > bytes.length) {
      throw new PickleException("its pickle ends too early; fetch the file again.");
    }
    return (int) length;
  }

  /** A text of so many bytes. */
  String text(int size) {
    int begin = advance(size);
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(bytes, begin, size))
          .toString();
    } catch (CharacterCodingException e) {
      // Python lets lone surrogates pass; no name of a tensor has one.
      return new String(bytes, begin, size, StandardCharsets.UTF_8);
    }
  }

  /** A text up to the end of its line. */
  String line() {
    int end = position;
    while (end < bytes.length && bytes[end] != '\n') {
      end++;
    }
    if (end == bytes.length || end - position > MAX_LINE) {
      throw new PickleException("its pickle has a name without an end, so it is damaged.");
    }
    String line = text(end - position);
    position++;
    return line;
  }

  void skip(int size) {
    advance(size);
  }

  private int advance(int size) {
    if (size > bytes.length - position) {
      throw new PickleException("its pickle ends too early; fetch the file again.");
    }
    int begin = position;
    position += size;
    return begin;
  }
}
