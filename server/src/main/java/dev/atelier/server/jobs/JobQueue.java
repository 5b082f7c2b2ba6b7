package dev.atelier.server.jobs;

import dev.atelier.models.pipeline.ImageRequest;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** The queue as the HTTP routes see it. Nothing here blocks. */
public interface JobQueue {
  /** Queues a job; the future completes once it is on disk. */
  Future<Job> submit(ImageRequest request);

  Future<Optional<Job>> find(UUID id);

  /** Jobs in one of {@code states}, newest first, {@code limit} at most. */
  Future<List<Job>> list(Set<JobState> states, int limit);

  /**
   * Cancels a job: a queued one at once, a running one at its next step, an ended one not at all.
   *
   * @return the job as it stands after the call; empty when there is none of that id
   */
  Future<Optional<Job>> cancel(UUID id);

  /** Waits until the job has ended or the time is over; the job as it stands then. */
  Future<Optional<Job>> awaitEnd(UUID id, Duration atMost);
}
