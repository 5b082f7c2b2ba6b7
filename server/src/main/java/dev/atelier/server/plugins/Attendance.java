package dev.atelier.server.plugins;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * The jobs that one version of a plugin takes part in, until it takes part in none any more:
 * because it is about to end, or did what it must not. Thread-safe.
 */
final class Attendance {
  /** With what tells each that the plugin is about to end. */
  private final Map<UUID, Runnable> jobs = new HashMap<>();

  private final Runnable onIdle;
  private boolean closing;
  private boolean failed;
  private Optional<String> fault = Optional.empty();

  /**
   * @param onIdle called when it is closed and the last job has left
   */
  Attendance(Runnable onIdle) {
    this.onIdle = onIdle;
  }

  /** Takes part in a job from now on, unless it is about to end. */
  boolean enter(UUID job) {
    return enter(job, () -> {});
  }

  /**
   * The same of a job that can be asked to make room.
   *
   * @param onClosing called when the plugin is about to end; must not wait
   */
  synchronized boolean enter(UUID job, Runnable onClosing) {
    return !closing && jobs.putIfAbsent(job, onClosing) == null;
  }

  /** No longer takes part in a job. */
  void leave(UUID job) {
    boolean last;
    synchronized (this) {
      last = jobs.remove(job) != null && closing && jobs.isEmpty();
    }
    if (last) {
      onIdle.run();
    }
  }

  /** Takes part in no other job. */
  void close() {
    List<Runnable> told;
    synchronized (this) {
      told = closing ? List.of() : List.copyOf(jobs.values());
      closing = true;
    }
    told.forEach(Runnable::run);
  }

  synchronized boolean closing() {
    return closing;
  }

  /** It did what it must not: takes part in no other job, and is not to be used again. */
  void fail(String sentence) {
    synchronized (this) {
      if (!failed) {
        failed = true;
        fault = Optional.of(sentence);
      }
    }
    close();
  }

  /** What it did that it must not, told once: the user may have forgiven it since. */
  synchronized Optional<String> takeFault() {
    Optional<String> told = fault;
    fault = Optional.empty();
    return told;
  }

  /** Jobs that it takes part in. */
  synchronized Set<UUID> jobs() {
    return Set.copyOf(jobs.keySet());
  }
}
