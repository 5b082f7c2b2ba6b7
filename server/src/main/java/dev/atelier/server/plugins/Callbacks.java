package dev.atelier.server.plugins;

import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Calls a plugin on threads of its own, so that one that never returns holds up nobody for longer
 * than the limit. Thread-safe.
 */
final class Callbacks {
  private static final Logger LOG = LoggerFactory.getLogger(Callbacks.class);
  private static final Duration SHORTEST_PAUSE = Duration.ofMillis(10);

  private final String plugin;
  private final ClassLoader classes;
  private final PluginLimits limits;
  private final Consumer<String> onTimerFault;
  private final ThreadPoolExecutor threads;
  private final ScheduledThreadPoolExecutor timers;

  /**
   * @param classes the plugin's class loader
   * @param onTimerFault told what a timer's task threw
   */
  Callbacks(
      String plugin, ClassLoader classes, PluginLimits limits, Consumer<String> onTimerFault) {
    this.plugin = plugin;
    this.classes = classes;
    this.limits = limits;
    this.onTimerFault = onTimerFault;
    ThreadFactory factory = factory("plugin-" + plugin + "-");
    threads =
        new ThreadPoolExecutor(
            0, Integer.MAX_VALUE, 5, TimeUnit.SECONDS, new SynchronousQueue<>(), factory);
    timers = new ScheduledThreadPoolExecutor(1, factory("plugin-" + plugin + "-timer-"));
    timers.setRemoveOnCancelPolicy(true);
  }

  private ThreadFactory factory(String name) {
    AtomicInteger count = new AtomicInteger();
    return work -> {
      Thread thread = new Thread(work, name + count.incrementAndGet());
      thread.setDaemon(true);
      // Threads that the plugin starts inherit it, which is how they are found again.
      thread.setContextClassLoader(classes);
      return thread;
    };
  }

  /**
   * Calls the plugin and waits for it.
   *
   * @param doing what it is asked to do, to end the sentence “when asked to …”
   * @throws PluginFault when it throws or takes longer than the limit
   */
  <T> T call(String doing, Callable<T> callback) {
    return await(doing, submit(callback));
  }

  /**
   * Calls the plugin for something that may take as long as it likes until it is asked to end; from
   * then on there is a limit as there is for any call.
   *
   * @param asked completes when it shall end
   * @throws PluginFault when it throws or takes longer to end than the limit
   */
  <T> T callUntil(CompletableFuture<?> asked, String doing, Callable<T> callback) {
    CompletableFuture<Void> over = new CompletableFuture<>();
    Future<T> result =
        submit(
            () -> {
              try {
                return callback.call();
              } finally {
                over.complete(null);
              }
            });
    CompletableFuture.anyOf(over, asked).join();
    return await(doing, result);
  }

  private <T> Future<T> submit(Callable<T> callback) {
    try {
      return threads.submit(callback);
    } catch (RejectedExecutionException e) {
      throw new PluginFault("The plugin %s has ended.".formatted(plugin));
    }
  }

  private <T> T await(String doing, Future<T> result) {
    try {
      return result.get(limits.callback().toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      result.cancel(true);
      throw new PluginFault(
          "The plugin %s did not return within %s when asked to %s."
              .formatted(plugin, seconds(limits.callback()), doing));
    } catch (ExecutionException e) {
      LOG.warn("The plugin {} threw when asked to {}", plugin, doing, e.getCause());
      throw new PluginFault(
          "The plugin %s threw %s when asked to %s.".formatted(plugin, words(e.getCause()), doing));
    } catch (InterruptedException e) {
      result.cancel(true);
      Thread.currentThread().interrupt();
      throw new PluginFault("The studio stopped while the plugin %s worked.".formatted(plugin));
    }
  }

  private static String seconds(Duration time) {
    return time.toMillis() < 1000 ? time.toMillis() + " ms" : time.toSeconds() + " s";
  }

  private static String words(Throwable thrown) {
    String name = thrown.getClass().getSimpleName();
    String message = thrown.getMessage();
    return message == null ? name : name + " (" + message + ")";
  }

  /** See {@link dev.atelier.plugins.api.PluginContext#every}. */
  void every(Duration pause, Runnable task) {
    long millis = Math.max(pause.toMillis(), SHORTEST_PAUSE.toMillis());
    timers.scheduleWithFixedDelay(() -> tick(task), millis, millis, TimeUnit.MILLISECONDS);
  }

  private void tick(Runnable task) {
    try {
      task.run();
    } catch (Throwable e) {
      LOG.warn("A timer of the plugin {} threw", plugin, e);
      onTimerFault.accept("The plugin %s threw %s in a timer.".formatted(plugin, words(e)));
    }
  }

  /** Ends the timers: no new call of theirs begins. */
  void stopTimers() {
    timers.shutdownNow();
  }

  /**
   * Ends every thread of the plugin's, also those that it started itself.
   *
   * @return names of those that do not end
   */
  List<String> close() {
    timers.shutdownNow();
    threads.shutdownNow();
    long end = System.nanoTime() + limits.stop().toNanos();
    List<WeakReference<Thread>> living = new ArrayList<>();
    for (Thread thread : ofPlugin()) {
      thread.interrupt();
      living.add(new WeakReference<>(thread));
    }
    List<String> left = new ArrayList<>();
    for (WeakReference<Thread> reference : living) {
      Thread thread = reference.get();
      if (thread != null && !ended(thread, end)) {
        left.add(thread.getName());
      }
    }
    return left;
  }

  private static boolean ended(Thread thread, long end) {
    try {
      thread.join(Math.max(1, TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime())));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return !thread.isAlive();
  }

  private List<Thread> ofPlugin() {
    ThreadGroup root = Thread.currentThread().getThreadGroup();
    while (root.getParent() != null) {
      root = root.getParent();
    }
    Thread[] all = new Thread[root.activeCount() * 2 + 64];
    int count = root.enumerate(all, true);
    List<Thread> found = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      if (all[i].getContextClassLoader() == classes
          || all[i].getClass().getClassLoader() == classes) {
        found.add(all[i]);
      }
    }
    return found;
  }
}
