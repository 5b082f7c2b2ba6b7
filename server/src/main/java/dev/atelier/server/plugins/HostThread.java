package dev.atelier.server.plugins;

import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The one thread that loads, starts, stops and unloads plugins. */
final class HostThread {
  private static final Logger LOG = LoggerFactory.getLogger(HostThread.class);

  private final ScheduledThreadPoolExecutor thread =
      new ScheduledThreadPoolExecutor(
          1,
          work -> {
            Thread made = new Thread(work, "plugin-host");
            made.setDaemon(true);
            return made;
          });

  HostThread() {
    thread.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
  }

  ScheduledExecutorService executor() {
    return thread;
  }

  /** Does some work there; the stage completes with what comes of it. */
  <T> CompletionStage<T> submit(Callable<T> work) {
    CompletableFuture<T> done = new CompletableFuture<>();
    thread.execute(
        () -> {
          try {
            done.complete(work.call());
          } catch (Throwable e) {
            done.completeExceptionally(e);
          }
        });
    return done;
  }

  /** Does some work there, if there still is a thread: the studio may be closing. */
  void soon(Runnable work) {
    try {
      thread.execute(work);
    } catch (RejectedExecutionException e) {
      LOG.debug("The studio closes", e);
    }
  }

  /**
   * Ends the thread once the work in hand is done; what waits is dropped. Interrupted only when
   * that takes too long: a plugin that is interrupted with it would be taken for a broken one.
   *
   * @param seconds how long that may take
   */
  void close(long seconds) {
    thread.shutdown();
    try {
      if (!thread.awaitTermination(seconds, TimeUnit.SECONDS)) {
        LOG.warn("What is being done with plugins is given up");
        thread.shutdownNow();
      }
    } catch (InterruptedException e) {
      thread.shutdownNow();
      Thread.currentThread().interrupt();
    }
  }
}
