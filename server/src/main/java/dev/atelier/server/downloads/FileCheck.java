package dev.atelier.server.downloads;

import dev.atelier.server.hub.Checksum;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Computes the hash of a file as it lies on the disk, and makes sure that it lies there. Blocks.
 */
final class FileCheck {
  private static final int PIECE = 1 << 20;

  private FileCheck() {}

  /**
   * The hash in hex digits.
   *
   * @throws DownloadFailedException when it was halted
   */
  static String hash(Path file, Checksum.Algorithm algorithm, Halt halt) throws IOException {
    MessageDigest digest = digest(algorithm);
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      channel.force(true);
      if (algorithm == Checksum.Algorithm.GIT_BLOB) {
        digest.update(("blob " + channel.size() + "\0").getBytes(StandardCharsets.US_ASCII));
      }
      ByteBuffer piece = ByteBuffer.allocate(PIECE);
      while (channel.read(piece) >= 0) {
        if (halt.asked()) {
          throw new DownloadFailedException("It was stopped.");
        }
        digest.update(piece.flip());
        piece.clear();
      }
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private static MessageDigest digest(Checksum.Algorithm algorithm) {
    try {
      return MessageDigest.getInstance(
          algorithm == Checksum.Algorithm.SHA256 ? "SHA-256" : "SHA-1");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every Java platform has both
    }
  }
}
