package dev.atelier.server.outbound;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.OptionalLong;

/**
 * Holds something to a {@link Rate}: a bucket of tokens that fills by one a pause, kept as the time
 * at which it will be full. Callable from any thread.
 */
public final class TokenBucket {
  private final InstantSource clock;
  private final Duration each;
  private final Duration toFill;
  private Instant full;

  /** A bucket that is full. */
  public TokenBucket(Rate rate, InstantSource clock) {
    this.clock = clock;
    this.each = rate.each();
    this.toFill = rate.each().multipliedBy(rate.atOnce());
    this.full = clock.instant();
  }

  /**
   * Takes a token.
   *
   * @return empty when there was one; else the seconds until there is, rounded up
   */
  public synchronized OptionalLong take() {
    Instant now = clock.instant();
    // Beyond the time it takes to fill, the clock was set back since.
    boolean known = full.isAfter(now) && !full.isAfter(now.plus(toFill));
    Instant after = (known ? full : now).plus(each);
    Duration wait = Duration.between(now.plus(toFill), after);
    if (wait.compareTo(Duration.ZERO) > 0) {
      return OptionalLong.of(wait.plusSeconds(1).minusNanos(1).toSeconds());
    }
    full = after;
    return OptionalLong.empty();
  }
}
