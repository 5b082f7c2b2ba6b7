package dev.atelier.server.cli;

/**
 * One thing that the doctor looked at.
 *
 * @param verdict what it means
 * @param subject what was looked at, in a word or two
 * @param text what was found and, unless all is well, what to do
 */
record Finding(Verdict verdict, String subject, String text) {

  /** What a finding means for the studio. */
  enum Verdict {
    /** All is well. */
    GOOD,
    /** Something is missing that the studio runs without. */
    LACKING,
    /** The studio cannot run. */
    BLOCKING
  }

  static Finding good(String subject, String text) {
    return new Finding(Verdict.GOOD, subject, text);
  }

  static Finding lacking(String subject, String text) {
    return new Finding(Verdict.LACKING, subject, text);
  }

  static Finding blocking(String subject, String text) {
    return new Finding(Verdict.BLOCKING, subject, text);
  }

  /** The finding as one line. */
  String line() {
    return (verdict == Verdict.GOOD ? "✓ " : "✗ ") + subject + ": " + text;
  }
}
