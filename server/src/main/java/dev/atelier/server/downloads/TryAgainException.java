package dev.atelier.server.downloads;

/** What was asked for did not come, and may be asked for again. */
final class TryAgainException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final long seconds;

  /**
   * @param seconds when the server said that it may be; 0 when it did not
   */
  TryAgainException(String message, long seconds) {
    super(message, null, false, false);
    this.seconds = seconds;
  }

  /** Seconds to wait, as the server said; 0 when it did not. */
  long seconds() {
    return seconds;
  }
}
