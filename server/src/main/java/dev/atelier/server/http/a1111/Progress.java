package dev.atelier.server.http.a1111;

import dev.atelier.server.jobs.Job;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.util.Base64;
import java.util.Optional;

/** The answer of {@code GET /sdapi/v1/progress} (state.dict in AUTOMATIC1111's shared_state.py). */
final class Progress {
  private Progress() {}

  /**
   * @param running the job that runs
   * @param preview how its picture looks so far, a file's bytes
   */
  static JsonObject of(Optional<Job> running, Optional<Buffer> preview) {
    Optional<Job.Progress> progress = running.flatMap(Job::progress);
    int step = progress.map(Job.Progress::step).orElse(0);
    int steps =
        progress
            .map(Job.Progress::steps)
            .or(() -> running.map(job -> job.request().steps()))
            .orElse(0);
    JsonObject state =
        new JsonObject()
            .put("skipped", false)
            .put("interrupted", false)
            .put("stopping_generation", false)
            .put("job", running.map(job -> "scripts_txt2img").orElse(""))
            .put("job_count", running.map(job -> 1).orElse(0))
            .put(
                "job_timestamp",
                running.map(job -> PictureInfo.timestamp(job.createdAt())).orElse("0"))
            .put("job_no", 0)
            .put("sampling_step", step)
            .put("sampling_steps", steps);
    return new JsonObject()
        // Clients take 0 for “nothing runs”.
        .put("progress", running.map(job -> Math.max(0.01, (double) step / steps)).orElse(0.0))
        .put("eta_relative", progress.flatMap(Job.Progress::etaSeconds).orElse(0.0))
        .put("state", state)
        .put(
            "current_image",
            preview.map(file -> Base64.getEncoder().encodeToString(file.getBytes())).orElse(null))
        .putNull("textinfo");
  }
}
