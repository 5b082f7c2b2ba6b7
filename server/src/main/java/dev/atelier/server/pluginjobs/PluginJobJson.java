package dev.atelier.server.pluginjobs;

import dev.atelier.server.plugins.LiveJobType;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;

/** Plugins' jobs as the API writes them. */
public final class PluginJobJson {
  private PluginJobJson() {}

  /** A kind of work. */
  public static JsonObject type(LiveJobType type) {
    return new JsonObject()
        .put("id", type.id())
        .put("plugin", type.plugin())
        .put("title", type.title())
        .put("schema", type.schema().json());
  }

  /** A job as it stands. */
  public static JsonObject job(PluginJob job) {
    return new JsonObject()
        .put("id", job.id().toString())
        .put("revision", job.revision())
        .put("type", job.type())
        .put("title", job.title())
        .put("state", job.state().key())
        .put("parameters", job.parameters())
        .put("created_at", job.createdAt().toString())
        .put("started_at", job.startedAt().map(Instant::toString).orElse(null))
        .put("finished_at", job.finishedAt().map(Instant::toString).orElse(null))
        .put("error", job.error().orElse(null))
        .put("results", new JsonArray(job.results().stream().map(r -> result(job, r)).toList()))
        .put("progress", job.progress().map(PluginJobJson::progress).orElse(null));
  }

  private static JsonObject result(PluginJob job, PluginJob.Result result) {
    String address =
        "/api/v1/plugin-jobs/%s/results/%s?v=%d"
            .formatted(job.id(), result.name(), result.changedAt().toEpochMilli());
    return new JsonObject().put("name", result.name()).put("url", address);
  }

  private static JsonObject progress(PluginJob.Progress progress) {
    return new JsonObject()
        .put("step", progress.step())
        .put("of", progress.of())
        .put("text", progress.text())
        .put("elapsed_seconds", progress.elapsedSeconds())
        .put("eta_seconds", progress.etaSeconds().orElse(null));
  }
}
