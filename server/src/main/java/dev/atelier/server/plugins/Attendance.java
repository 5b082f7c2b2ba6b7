package dev.atelier.server.plugins;

import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * The jobs that one version of a plugin takes part in, until it takes part in none any more:
 * because it is about to end, or did what it must not. Thread-safe.
 */
final class Attendance {
  private final Set<UUID> jobs = new HashSet<>();
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
  synchronized boolean enter(UUID job) {
    return !closing && jobs.add(job);
  }

  /** No longer takes part in a job. */
  void leave(UUID job) {
    boolean last;
    synchronized (this) {
      last = jobs.remove(job) && closing && jobs.isEmpty();
    }
    if (last) {
      onIdle.run();
    }
  }

  /** Takes part in no other job. */
  synchronized void close() {
    closing = true;
  }

  synchronized boolean closing() {
    return closing;
  }

  /** It did what it must not: takes part in no other job, and is not to be used again. */
  synchronized void fail(String sentence) {
    closing = true;
    if (!failed) {
      failed = true;
      fault = Optional.of(sentence);
    }
  }

  /** What it did that it must not, told once: the user may have forgiven it since. */
  synchronized Optional<String> takeFault() {
    Optional<String> told = fault;
    fault = Optional.empty();
    return told;
  }

  /** Jobs that it takes part in. */
  synchronized Set<UUID> jobs() {
    return Set.copyOf(jobs);
  }
}
