package dev.atelier.server.plugins;

/** A jar that can be no plugin; the message is a sentence for the user. */
public final class UnusableJarException extends Exception {
  private static final long serialVersionUID = 1L;

  UnusableJarException(String sentence) {
    super(sentence);
  }
}
