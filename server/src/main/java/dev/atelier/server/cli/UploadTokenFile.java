package dev.atelier.server.cli;

import dev.atelier.server.security.UploadToken;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The file of the token that installs plugins. A file, since a command line is seen by everyone on
 * the machine.
 */
final class UploadTokenFile {
  private UploadTokenFile() {}

  /** The token in a file; empty when none is named, as by a variable that is set to nothing. */
  static Optional<UploadToken> read(Path file) throws CannotRunException {
    if (file == null || file.toString().isBlank()) {
      return Optional.empty();
    }
    try {
      return Optional.of(UploadToken.read(file));
    } catch (IOException e) {
      throw new CannotRunException(
          "The token file " + file + " cannot be read; name one that holds a token.", e);
    } catch (IllegalArgumentException e) {
      throw new CannotRunException(file + ": " + e.getMessage(), e);
    }
  }
}
