package dev.atelier.server.outbound;

import java.time.Duration;

/**
 * How often something may be done.
 *
 * @param atOnce how many times without a pause, 1 or more
 * @param each the pause after which it may be done once more
 */
public record Rate(int atOnce, Duration each) {
  public Rate {
    if (atOnce < 1 || each.isNegative() || each.isZero()) {
      throw new IllegalArgumentException("No rate: %d at once, each %s".formatted(atOnce, each));
    }
  }
}
