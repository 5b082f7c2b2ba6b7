package dev.atelier.server.store;

import io.vertx.core.Future;
import java.util.function.Supplier;

/**
 * Changes that are made one after the other, in the order in which they were asked for: the data
 * base alone keeps only its own part of a change in order. Thread-safe.
 */
public final class Turns {
  /** The change that was asked for last. */
  private Future<?> last = Future.succeededFuture();

  /**
   * Begins {@code change} when the one before has ended, well or not.
   *
   * @return as the change ends
   */
  public synchronized <T> Future<T> take(Supplier<Future<T>> change) {
    Future<T> mine = last.transform(before -> change.get());
    last = mine;
    return mine;
  }
}
