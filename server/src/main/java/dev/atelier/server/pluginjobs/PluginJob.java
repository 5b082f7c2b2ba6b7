package dev.atelier.server.pluginjobs;

import dev.atelier.server.jobs.JobState;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * A piece of a plugin's long work.
 *
 * @param revision how often it has changed: of two of the same id, the higher is the newer
 * @param type the plugin's id, a dot and the type's own
 * @param title what users read
 * @param parameters by name, with the defaults of the time when it was queued
 * @param startedAt when it last began to run
 * @param error why it failed, one sentence for the user
 * @param results its pictures, by name
 * @param progress how far it is, while it runs
 */
public record PluginJob(
    UUID id,
    long revision,
    String type,
    String title,
    JobState state,
    JsonObject parameters,
    Instant createdAt,
    Optional<Instant> startedAt,
    Optional<Instant> finishedAt,
    Optional<String> error,
    List<Result> results,
    Optional<Progress> progress) {

  /** A picture that the job shows. */
  public record Result(String name, Instant changedAt) {}

  /**
   * How far a running job is. Kept in memory only.
   *
   * @param step steps done
   * @param of all steps
   * @param text what is being done; empty before the plugin says so
   * @param elapsedSeconds since it last began to run
   * @param etaSeconds estimated seconds to the end; empty until a step has been timed
   */
  public record Progress(
      int step, int of, String text, double elapsedSeconds, Optional<Double> etaSeconds) {}

  /** One that has just been queued. */
  static PluginJob queued(UUID id, String type, String title, JsonObject parameters, Instant now) {
    return new PluginJob(
        id,
        0,
        type,
        title,
        JobState.QUEUED,
        parameters,
        now.truncatedTo(ChronoUnit.MILLIS),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        List.of(),
        Optional.empty());
  }

  /** The same job, that far. */
  PluginJob with(Progress now) {
    return new PluginJob(
        id,
        revision,
        type,
        title,
        state,
        parameters,
        createdAt,
        startedAt,
        finishedAt,
        error,
        results,
        Optional.of(now));
  }
}
