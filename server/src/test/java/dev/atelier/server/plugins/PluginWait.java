package dev.atelier.server.plugins;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;

/** Waits for what the host of plugins says of itself. */
public final class PluginWait {
  /** Long, for machines that are busy: what is waited for usually comes at once. */
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private PluginWait() {}

  /** What is looked for in the plugins' states, once it is there. */
  public static <T> T until(PluginHost host, Function<List<PluginStatus>, Optional<T>> look) {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (System.nanoTime() < end) {
      Optional<T> found = look.apply(host.plugins());
      if (found.isPresent()) {
        return found.get();
      }
      LockSupport.parkNanos(Duration.ofMillis(5).toNanos());
    }
    throw new AssertionError("The plugins did not get there: " + host.plugins());
  }
}
