package dev.atelier.models.weights.pickle;

/** A file cannot be used; the message is a sentence that goes on after the file's name. */
public final class PickleException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * @param fault what is wrong and what to do
   */
  public PickleException(String fault) {
    super(fault);
  }

  /** Names come from the file: cut to a readable length, without control characters. */
  static String shown(String name) {
    String cut = name.length() > 80 ? name.substring(0, 77) + "..." : name;
    return cut.replaceAll("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}]", "?");
  }
}
