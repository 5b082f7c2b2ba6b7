package dev.atelier.server.plugins;

import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
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

  /** Ends the thread. */
  void close() {
    thread.shutdownNow();
  }
}
