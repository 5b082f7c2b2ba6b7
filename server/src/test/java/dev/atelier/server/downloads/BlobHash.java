package dev.atelier.server.downloads;

import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** The hashes by which hubs name what they keep, in hexadecimal. */
final class BlobHash {
  private BlobHash() {}

  static String sha256(byte[] content) {
    return hash("SHA-256", content);
  }

  /** As git names a file's content. */
  static String git(byte[] content) {
    byte[] head = ("blob " + content.length + "\0").getBytes(StandardCharsets.US_ASCII);
    return hash("SHA-1", Buffer.buffer(head).appendBytes(content).getBytes());
  }

  private static String hash(String algorithm, byte[] content) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance(algorithm).digest(content));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
