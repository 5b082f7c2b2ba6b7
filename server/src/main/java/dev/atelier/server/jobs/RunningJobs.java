package dev.atelier.server.jobs;

import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What only memory knows of the jobs that were claimed here: how far they are, and whether they
 * shall end. Thread-safe.
 */
final class RunningJobs {
  private final Map<UUID, Run> runs = new ConcurrentHashMap<>();

  private record Run(Job.Progress progress, boolean cancelRequested) {
    static Run of(Job job) {
      int steps = job.request().stepsTaken();
      return new Run(new Job.Progress(0, steps, "loading", 0, Optional.empty()), false);
    }
  }

  /** A job came into the state that it has. */
  void changed(Job job) {
    if (job.state() == JobState.RUNNING) {
      runs.put(job.id(), Run.of(job));
    } else {
      runs.remove(job.id());
    }
  }

  /** A job is that far; nothing when it does not run here. */
  void progress(UUID id, Job.Progress now) {
    runs.computeIfPresent(id, (job, run) -> new Run(now, run.cancelRequested()));
  }

  /** A job shall end at its next step; nothing when it does not run here. */
  void requestCancel(UUID id) {
    runs.computeIfPresent(id, (job, run) -> new Run(run.progress(), true));
  }

  boolean cancelRequested(UUID id) {
    Run run = runs.get(id);
    return run != null && run.cancelRequested();
  }

  /** The job with how far it is. */
  Job withProgress(Job job) {
    return job.withProgress(Optional.ofNullable(runs.get(job.id())).map(Run::progress));
  }
}
