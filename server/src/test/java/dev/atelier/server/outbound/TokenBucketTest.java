package dev.atelier.server.outbound;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.time.Instant;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class TokenBucketTest {
  private Instant now = Instant.parse("2026-01-01T00:00:00Z");
  private final TokenBucket bucket = new TokenBucket(new Rate(3, Duration.ofSeconds(2)), () -> now);

  private void pass(long milliseconds) {
    now = now.plusMillis(milliseconds);
  }

  private void assertTaken(int times) {
    for (int i = 0; i < times; i++) {
      assertEquals(OptionalLong.empty(), bucket.take());
    }
  }

  private void assertWait(long seconds) {
    assertEquals(OptionalLong.of(seconds), bucket.take());
  }

  @Test
  void whatIsThereIsTakenAtOnceAndThenOneAPause() {
    assertTaken(3);
    assertWait(2);
    pass(900);
    assertWait(2);
    pass(200);
    assertWait(1);
    pass(900);
    assertTaken(1);
    assertWait(2);
  }

  @Test
  void askingInVainCostsNothing() {
    assertTaken(3);
    for (int i = 0; i < 100; i++) {
      assertWait(2);
    }
    pass(2000);
    assertTaken(1);
  }

  @Test
  void itNeverHoldsMoreThanAtOnce() {
    pass(Duration.ofDays(1).toMillis());
    assertTaken(3);
    assertWait(2);
    pass(4000);
    assertTaken(2);
    assertWait(2);
  }

  @Test
  void aClockThatIsSetBackKeepsNobodyOut() {
    assertTaken(3);
    pass(-Duration.ofDays(1).toMillis());
    assertTaken(3);
    assertWait(2);
  }
}
