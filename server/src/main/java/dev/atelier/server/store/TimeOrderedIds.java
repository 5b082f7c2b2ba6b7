package dev.atelier.server.store;

import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.UUID;

/**
 * Ids whose order, as numbers and as text, is the order they were made in: UUID version 7 (RFC
 * 9562, section 5.7) with the sub-millisecond bits as a counter (section 6.2, method 1). They make
 * the queue first in, first out, and let a page of the gallery start after a picture that has been
 * deleted meanwhile. Thread-safe.
 */
public final class TimeOrderedIds {
  private static final int COUNTER_BITS = 12;
  private final InstantSource clock;
  private final SecureRandom random = new SecureRandom();

  /** Milliseconds since 1970 in the upper bits, the counter below. */
  private long last;

  public TimeOrderedIds(InstantSource clock) {
    this.clock = clock;
  }

  /** Makes every later id greater than {@code id}, even where the clock has been set back. */
  public synchronized void startAfter(UUID id) {
    long high = id.getMostSignificantBits();
    last = Math.max(last, (high >>> 16) << COUNTER_BITS | (high & 0xFFF));
  }

  /** An id greater than every one before it. */
  public synchronized UUID next() {
    last = Math.max(last + 1, clock.millis() << COUNTER_BITS);
    long version = 0x7000;
    long variant = 0x8000_0000_0000_0000L;
    return new UUID(
        (last >>> COUNTER_BITS) << 16 | version | (last & 0xFFF),
        variant | (random.nextLong() >>> 2));
  }
}
