package dev.atelier.server.plugins;

import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * A few calls at once; more wait for a while, on threads that others need, and are then turned
 * away. Thread-safe.
 */
final class Turns {
  private static final int MAX_WAIT_SECONDS = 5;

  private final Semaphore free;

  /**
   * @param atOnce calls that may run at the same time
   */
  Turns(int atOnce) {
    free = new Semaphore(atOnce);
  }

  /** Makes a call in its turn; empty when none comes. */
  <T> Optional<T> take(Supplier<T> call) {
    try {
      if (!free.tryAcquire(MAX_WAIT_SECONDS, TimeUnit.SECONDS)) {
        return Optional.empty();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
    try {
      return Optional.of(call.get());
    } finally {
      free.release();
    }
  }
}
