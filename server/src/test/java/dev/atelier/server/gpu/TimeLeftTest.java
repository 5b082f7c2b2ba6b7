package dev.atelier.server.gpu;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class TimeLeftTest {
  private static final long SECOND = 1_000_000_000L;
  private long now;

  private TimeLeft job(double secondsAfterSteps) {
    return new TimeLeft(() -> now, OptionalDouble.of(secondsAfterSteps));
  }

  private void step(TimeLeft job, int step, int seconds) {
    job.stepBegins();
    now += seconds * SECOND;
    job.stepDone(step, 10);
  }

  @Test
  void nothingIsKnownBeforeTheFirstStep() {
    TimeLeft job = job(5);
    now += 3 * SECOND;
    assertEquals(Optional.empty(), job.left());
    assertEquals(3, job.elapsed());
  }

  @Test
  void loadingIsNotTakenForAStep() {
    TimeLeft job = job(0);
    now += 60 * SECOND;
    step(job, 1, 2);
    assertEquals(Optional.of(18.0), job.left());
    assertEquals(62, job.elapsed());
  }

  @Test
  void decodingComesAfterTheSteps() {
    TimeLeft job = job(5);
    step(job, 1, 2);
    assertEquals(Optional.of(23.0), job.left());
    step(job, 10, 2);
    assertEquals(Optional.of(5.0), job.left());
    now += 4 * SECOND;
    assertEquals(4, job.afterSteps());
  }

  @Test
  void decodingThatWasNeverTimedIsTakenForAStep() {
    TimeLeft job = new TimeLeft(() -> now, OptionalDouble.empty());
    step(job, 1, 2);
    assertEquals(Optional.of(20.0), job.left());
  }

  @Test
  void estimateFollowsAMachineThatSlowsDown() {
    TimeLeft job = job(0);
    step(job, 1, 1);
    step(job, 2, 2);
    assertEquals(8 * 1.3, job.left().orElseThrow(), 1e-9);
  }

  @Test
  void stepThatTakesTwoCallsIsTimedFromItsFirst() {
    TimeLeft job = job(0);
    job.stepBegins();
    now += 2 * SECOND;
    step(job, 1, 1);
    assertEquals(Optional.of(27.0), job.left());
    step(job, 2, 3);
    assertEquals(Optional.of(24.0), job.left());
  }
}
