package dev.atelier.server.downloads;

import java.util.Locale;

/** Where a download stands. */
public enum DownloadState {
  /** Waits for its turn. */
  QUEUED,
  RUNNING,
  /** Stopped, by a person or with the studio; what has come is kept. */
  PAUSED,
  /** The model is among the models. */
  DONE,
  /** Stopped by a fault; what has come is kept where it is of use. */
  FAILED,
  /** Given up; nothing of it is left. */
  CANCELLED,
  /** Its model was there and was taken away again. */
  REMOVED;

  /** As the API and the data base write it. */
  public String key() {
    return name().toLowerCase(Locale.ROOT);
  }

  static DownloadState ofKey(String key) {
    return valueOf(key.toUpperCase(Locale.ROOT));
  }

  /** Whether nothing happens to it any more unless somebody asks for it. */
  boolean hasEnded() {
    return this != QUEUED && this != RUNNING && this != PAUSED;
  }
}
