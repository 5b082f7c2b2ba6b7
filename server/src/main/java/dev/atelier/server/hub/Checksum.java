package dev.atelier.server.hub;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A hash that a hub published of a file.
 *
 * @param algorithm how it is computed
 * @param hex its digits, in lower case
 */
public record Checksum(Algorithm algorithm, String hex) {
  private static final Pattern SHA256 = Pattern.compile("[0-9a-fA-F]{64}");
  private static final Pattern SHA1 = Pattern.compile("[0-9a-fA-F]{40}");

  /** Ways to compute one. */
  public enum Algorithm {
    SHA256,
    /** Of a git blob: SHA-1 over {@code "blob LENGTH\0"} and the content. */
    GIT_BLOB
  }

  /** Lower case. */
  public Checksum {
    hex = hex.toLowerCase(Locale.ROOT);
  }

  /** The SHA-256 that these digits are, or nothing. */
  static Optional<Checksum> sha256(String hex) {
    return hex != null && SHA256.matcher(hex).matches()
        ? Optional.of(new Checksum(Algorithm.SHA256, hex))
        : Optional.empty();
  }

  /** The git hash that these digits are, or nothing. */
  static Optional<Checksum> gitBlob(String hex) {
    return hex != null && SHA1.matcher(hex).matches()
        ? Optional.of(new Checksum(Algorithm.GIT_BLOB, hex))
        : Optional.empty();
  }
}
