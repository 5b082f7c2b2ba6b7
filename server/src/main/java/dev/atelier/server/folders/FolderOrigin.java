package dev.atelier.server.folders;

import java.util.Locale;

/** How a folder came into the list. */
public enum FolderOrigin {
  /** The studio was started with it. */
  NAMED,
  /** It was added while the studio ran; the only kind that can be taken away again. */
  ADDED,
  /** The studio downloads to it. */
  DOWNLOADS,
  /** It comes with Atelier. */
  BUILT_IN;

  /** What the API calls it. */
  public String key() {
    return name().toLowerCase(Locale.ROOT);
  }
}
