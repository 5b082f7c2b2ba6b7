package dev.atelier.server.downloads;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.LongSupplier;

/** How many bytes a second came of late: over the last seconds, so that it is calm and true. */
final class Speed {
  private static final long WINDOW_NANOS = 8_000_000_000L;
  private static final long STEP_NANOS = 200_000_000L;

  private final LongSupplier nanoTime;
  private final Deque<long[]> samples = new ArrayDeque<>();

  /**
   * @param nanoTime the time, as {@link System#nanoTime}
   */
  Speed(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  /** Notes that there are so many bytes now. */
  void at(long bytes) {
    long now = nanoTime.getAsLong();
    if (samples.isEmpty() || now - samples.peekLast()[0] >= STEP_NANOS) {
      samples.addLast(new long[] {now, bytes});
    }
    while (now - samples.peekFirst()[0] > WINDOW_NANOS && samples.size() > 2) {
      samples.removeFirst();
    }
  }

  /** Forgets the past, after a pause. */
  void restart() {
    samples.clear();
  }

  /** Bytes a second; 0 as long as it is not known. */
  double perSecond(long bytes) {
    if (samples.isEmpty()) {
      return 0;
    }
    long[] first = samples.peekFirst();
    long nanos = nanoTime.getAsLong() - first[0];
    return nanos < STEP_NANOS ? 0 : Math.max(0, bytes - first[1]) * 1e9 / nanos;
  }
}
