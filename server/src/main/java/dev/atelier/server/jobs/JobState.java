package dev.atelier.server.jobs;

import java.util.Locale;

/** Where a job stands. */
public enum JobState {
  QUEUED,
  RUNNING,
  DONE,
  FAILED,
  CANCELLED;

  /** Whether it has ended and will never change again. */
  public boolean ended() {
    return this != QUEUED && this != RUNNING;
  }

  /** The state's name in the API and in the data base. */
  public String key() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * The state of that {@link #key}.
   *
   * @throws IllegalArgumentException when there is none
   */
  public static JobState ofKey(String key) {
    return valueOf(key.toUpperCase(Locale.ROOT));
  }
}
