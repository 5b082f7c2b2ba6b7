package dev.atelier.server.jobs;

import io.vertx.core.Promise;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/** Who waits for the end of which job. Thread-safe. */
final class Waiters {
  private final Map<UUID, Set<Promise<Void>>> waiting = new HashMap<>();

  synchronized void add(UUID job, Promise<Void> promise) {
    waiting.computeIfAbsent(job, unused -> new HashSet<>()).add(promise);
  }

  synchronized void remove(UUID job, Promise<Void> promise) {
    waiting.computeIfPresent(
        job,
        (id, promises) -> {
          promises.remove(promise);
          return promises.isEmpty() ? null : promises;
        });
  }

  /** Completes every promise for {@code job}; outside of the lock, for promises call back. */
  void complete(UUID job) {
    Set<Promise<Void>> ended;
    synchronized (this) {
      ended = waiting.remove(job);
    }
    if (ended != null) {
      ended.forEach(Promise::tryComplete);
    }
  }
}
