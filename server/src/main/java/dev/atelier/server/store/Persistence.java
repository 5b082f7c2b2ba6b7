package dev.atelier.server.store;

import io.vertx.core.Future;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A worker's patience with the data base, whose disk may be full for a while. For threads outside
 * of Vert.x.
 */
public final class Persistence {
  private static final Logger LOG = LoggerFactory.getLogger(Persistence.class);

  /** Until the data base is asked again. */
  private static final long RETRY_SECONDS = 2;

  private final CountDownLatch stop = new CountDownLatch(1);

  /** Ends every wait, and makes {@link #stopping} true. */
  public void stop() {
    stop.countDown();
  }

  /** Whether the worker shall end. */
  public boolean stopping() {
    return stop.getCount() == 0;
  }

  /**
   * Carries out a change of state until it is in the data base: a job whose end cannot be noted
   * would stay running for ever. Gives up when the studio stops; the next start puts it in order.
   */
  public <T> Optional<T> persist(Supplier<Future<Optional<T>>> change) {
    while (true) {
      try {
        return change.get().await();
      } catch (Exception e) {
        LOG.error("The data base cannot be written; trying again in {} s", RETRY_SECONDS, e);
        if (stopping()) {
          return Optional.empty();
        }
        pause();
      }
    }
  }

  /** Waits a little, but not while the studio stops. */
  public void pause() {
    try {
      boolean stopped = stop.await(RETRY_SECONDS, TimeUnit.SECONDS);
      LOG.debug("Waited, stopping: {}", stopped);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
