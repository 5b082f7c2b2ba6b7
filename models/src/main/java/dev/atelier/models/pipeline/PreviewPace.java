package dev.atelier.models.pipeline;

/**
 * How often a preview decoder may draw: a preview takes a tenth of the time at most, whatever the
 * machine, the model and the picture's size. It remembers the best time it saw, since the first
 * call of a network is slower than those after it.
 */
final class PreviewPace {
  /** Time between two previews over a preview's own. */
  private static final int TIMES = 9;

  private double nanosPerPixel;

  /**
   * Whether it is time; always while nothing was measured.
   *
   * @param idle nanoseconds since the last preview, or since the picture was begun
   * @param pixels of all latents to be drawn
   */
  boolean due(long idle, long pixels) {
    return idle >= TIMES * nanosPerPixel * pixels;
  }

  /** A preview of so many pixels of latents was drawn in so many nanoseconds. */
  void took(long nanos, long pixels) {
    double each = (double) nanos / pixels;
    nanosPerPixel = nanosPerPixel == 0 ? each : Math.min(nanosPerPixel, each);
  }
}
