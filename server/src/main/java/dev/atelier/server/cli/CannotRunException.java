package dev.atelier.server.cli;

/** Something outside the program stands in the way; the message is one sentence for its user. */
final class CannotRunException extends Exception {
  private static final long serialVersionUID = 1L;

  CannotRunException(String message) {
    super(message);
  }

  CannotRunException(String message, Throwable cause) {
    super(message, cause);
  }
}
