package dev.atelier.server.downloads;

/** A download does not go on; the message is one sentence for the user. */
final class DownloadFailedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final boolean worthless;

  DownloadFailedException(String message) {
    this(message, false);
  }

  /**
   * @param worthless whether what has come is of no use
   */
  DownloadFailedException(String message, boolean worthless) {
    super(message, null, false, false);
    this.worthless = worthless;
  }

  /** Whether what has come is of no use, so that going on would begin again. */
  boolean worthless() {
    return worthless;
  }
}
