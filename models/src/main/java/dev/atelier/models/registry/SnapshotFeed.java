package dev.atelier.models.registry;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a registry holds, for those who look on: any thread may read and listen, the engine's one
 * publishes.
 */
final class SnapshotFeed {
  private static final Logger log = LoggerFactory.getLogger(SnapshotFeed.class);

  private final List<Consumer<Snapshot>> listeners = new CopyOnWriteArrayList<>();
  private volatile List<Snapshot> latest;

  /**
   * @param first one a memory, the device's first
   */
  SnapshotFeed(List<Snapshot> first) {
    this.latest = first;
  }

  /** What was published last. Never waits. */
  List<Snapshot> latest() {
    return latest;
  }

  /**
   * Calls {@code listener} with the device's snapshot after every change.
   *
   * @return ends the calls
   */
  Runnable listen(Consumer<Snapshot> listener) {
    listeners.add(listener);
    return () -> listeners.remove(listener);
  }

  /** Tells the listeners, if anything has changed. */
  void publish(List<Snapshot> now) {
    if (now.equals(latest)) {
      return;
    }
    latest = now;
    for (Consumer<Snapshot> listener : listeners) {
      try {
        listener.accept(now.get(0));
      } catch (RuntimeException e) {
        log.error("A listener to the model registry failed", e);
      }
    }
  }
}
