package dev.atelier.server.security;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** A token of the operator's, known by its hash: nothing that prints it can tell it. */
public final class UploadToken {
  private static final String BEARER = "Bearer ";
  private static final int SHORTEST = 16;
  private static final int LONGEST = 1000;

  private final byte[] hash;

  private UploadToken(byte[] hash) {
    this.hash = hash;
  }

  /**
   * A token of that text, less what is around it.
   *
   * @throws IllegalArgumentException saying what is wrong with it, without the token
   */
  public static UploadToken of(String text) {
    String token = text.strip();
    if (token.length() < SHORTEST || token.length() > LONGEST || !token.matches("[!-~]+")) {
      throw new IllegalArgumentException(
          "A token has %d to %d visible ASCII characters and no spaces; make one with openssl rand -hex 24."
              .formatted(SHORTEST, LONGEST));
    }
    return new UploadToken(sha256(token));
  }

  /**
   * The token that a file holds.
   *
   * @throws IOException when it cannot be read
   * @throws IllegalArgumentException saying what is wrong with it, without the token
   */
  public static UploadToken read(Path file) throws IOException {
    return of(Files.readString(file));
  }

  /** Whether a header {@code Authorization} carries it; takes the same time whatever it carries. */
  public boolean allows(String authorization) {
    boolean bearer = authorization != null && authorization.startsWith(BEARER);
    String given = bearer ? authorization.substring(BEARER.length()).strip() : "";
    return MessageDigest.isEqual(hash, sha256(given)) && bearer;
  }

  private static byte[] sha256(String text) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every Java platform has SHA-256
    }
  }

  /** Nothing of the token. */
  @Override
  public String toString() {
    return "a token";
  }
}
