package dev.atelier.server.gpu;

import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.LongSupplier;

/**
 * Estimates the time to a job's end from the steps that it has done. What came before its first
 * step (loading, text encoding) is not counted as step time.
 */
final class TimeLeft {
  /** Weight of the newest step: a machine's speed changes while a picture is made. */
  private static final double NEWEST = 0.3;

  private static final double NANOS = 1e9;
  private final LongSupplier nanoTime;
  private final OptionalDouble secondsAfterSteps;
  private final long began;
  private long stepBegan;
  private long stepEnded;
  private double secondsPerStep;
  private int stepsLeft;
  private boolean timed;
  private boolean inStep;

  /**
   * @param secondsAfterSteps how long decoding will take; when that is not known it is taken for
   *     one step, which it is about as long as
   */
  TimeLeft(LongSupplier nanoTime, OptionalDouble secondsAfterSteps) {
    this.nanoTime = nanoTime;
    this.secondsAfterSteps = secondsAfterSteps;
    this.began = nanoTime.getAsLong();
    this.stepBegan = began;
  }

  /** A step begins, or goes on with another call of the model. */
  void stepBegins() {
    if (!inStep) {
      inStep = true;
      stepBegan = nanoTime.getAsLong();
    }
  }

  void stepDone(int step, int steps) {
    stepEnded = nanoTime.getAsLong();
    inStep = false;
    double seconds = (stepEnded - stepBegan) / NANOS;
    secondsPerStep = timed ? secondsPerStep + NEWEST * (seconds - secondsPerStep) : seconds;
    timed = true;
    stepsLeft = steps - step;
  }

  /** Seconds since the last step was done: what decoding took, right after it. */
  double afterSteps() {
    return seconds(stepEnded);
  }

  /** Seconds since the job began. */
  double elapsed() {
    return seconds(began);
  }

  /** Seconds to the job's end, right after a step; empty before the first. */
  Optional<Double> left() {
    return timed
        ? Optional.of(stepsLeft * secondsPerStep + secondsAfterSteps.orElse(secondsPerStep))
        : Optional.empty();
  }

  private double seconds(long since) {
    return (nanoTime.getAsLong() - since) / NANOS;
  }
}
