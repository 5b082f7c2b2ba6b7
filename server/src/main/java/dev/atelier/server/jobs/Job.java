package dev.atelier.server.jobs;

import dev.atelier.models.pipeline.ImageRequest;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * One piece of work in the queue.
 *
 * @param id its id
 * @param state where it stands
 * @param request what to make
 * @param createdAt when it was queued
 * @param startedAt when it last began to run
 * @param finishedAt when it ended
 * @param progress how far it is, while it runs
 * @param error why it failed, one sentence for the user
 * @param images ids of the gallery pictures it made, in batch order
 */
public record Job(
    UUID id,
    JobState state,
    ImageRequest request,
    Instant createdAt,
    Optional<Instant> startedAt,
    Optional<Instant> finishedAt,
    Optional<Progress> progress,
    Optional<String> error,
    List<UUID> images) {

  /** A job that has just been queued. */
  static Job queued(UUID id, ImageRequest request, Instant now) {
    return new Job(
        id,
        JobState.QUEUED,
        request,
        now.truncatedTo(ChronoUnit.MILLIS),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        List.of());
  }

  /** The same job, that far. */
  Job withProgress(Optional<Progress> now) {
    return new Job(id, state, request, createdAt, startedAt, finishedAt, now, error, images);
  }

  /**
   * How far a running job is. Kept in memory only.
   *
   * @param step sampling steps done
   * @param steps all sampling steps
   * @param phase what is being done, e.g. {@code loading}, {@code sampling}, {@code decoding}
   * @param elapsedSeconds since the job began to run
   * @param etaSeconds estimated seconds to the end; empty until a step has been timed
   */
  public record Progress(
      int step, int steps, String phase, double elapsedSeconds, Optional<Double> etaSeconds) {}
}
