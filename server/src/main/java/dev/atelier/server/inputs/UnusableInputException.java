package dev.atelier.server.inputs;

/** A picture that cannot be begun with; the message is a sentence that says what to do. */
public final class UnusableInputException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  UnusableInputException(String message) {
    super(message);
  }
}
