package dev.atelier.server.pluginjobs;

import dev.atelier.server.pluginjobs.PluginJob.Progress;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Times a job from its start, and tells when pages should hear of it. Of one thread, but for {@link
 * #carriedOn}.
 */
final class ProgressClock {
  /** Often enough for a bar that moves, seldom enough for a page in the background. */
  private static final double TELL_SECONDS = 0.25;

  private final LongSupplier nanoTime;
  private final long begin;
  private double told = Double.NEGATIVE_INFINITY;

  /** The first step that was told, and when: a job that goes on does not begin with the first. */
  private int firstStep = -1;

  private double firstAt;

  /**
   * @param nanoTime a clock, e.g. {@link System#nanoTime}
   */
  ProgressClock(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    begin = nanoTime.getAsLong();
  }

  private double elapsed() {
    return (nanoTime.getAsLong() - begin) / (double) TimeUnit.SECONDS.toNanos(1);
  }

  /** How far it is now; the steps that are left take as long as those since the first one told. */
  Progress at(int step, int of, String text) {
    double now = elapsed();
    if (firstStep < 0 || step < firstStep) {
      firstStep = step;
      firstAt = now;
    }
    Optional<Double> left =
        step > firstStep
            ? Optional.of(milliseconds((now - firstAt) / (step - firstStep) * (of - step)))
            : Optional.empty();
    return new Progress(step, of, text, milliseconds(now), left);
  }

  /** The same step, seen now: as much closer to its end as time has gone by. */
  Progress carriedOn(Progress progress) {
    double now = milliseconds(elapsed());
    double since = now - progress.elapsedSeconds();
    return new Progress(
        progress.step(),
        progress.of(),
        progress.text(),
        now,
        progress.etaSeconds().map(left -> milliseconds(Math.max(0, left - since))));
  }

  /** Whether the last telling is long enough ago; what is told anyway counts. */
  boolean isTimeToTell(boolean anyway) {
    double now = elapsed();
    if (!anyway && now - told < TELL_SECONDS) {
      return false;
    }
    told = now;
    return true;
  }

  /** More digits than that are noise. */
  private static double milliseconds(double seconds) {
    return Math.round(seconds * 1000) / 1000.0;
  }
}
