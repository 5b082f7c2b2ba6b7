package dev.atelier.server.http.a1111;

import dev.atelier.models.pipeline.ImageRequest;
import dev.atelier.models.pipeline.InvalidRequestException;
import dev.atelier.server.gallery.GalleryImage;
import dev.atelier.server.intake.JobIntake;
import dev.atelier.server.jobs.Job;
import dev.atelier.server.jobs.JobState;
import dev.atelier.server.problem.Problem;
import dev.atelier.server.problem.ProblemException;
import dev.atelier.server.studio.Studio;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.UUID;

/** Makes a txt2img or img2img request's pictures while its client waits. */
final class PictureAnswers {
  /** How long the queue is asked to wait at a time. */
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private final Vertx vertx;
  private final Studio studio;
  private final JobIntake intake;

  PictureAnswers(Vertx vertx, Studio studio, JobIntake intake) {
    this.vertx = vertx;
    this.studio = studio;
    this.intake = intake;
  }

  /** Queues one job for each batch. */
  Future<List<Job>> queue(List<ImageRequest> batches) {
    return intake
        .submit(batches)
        .recover(
            fault ->
                Future.failedFuture(
                    fault instanceof InvalidRequestException
                        ? LenientFields.unprocessable(fault.getMessage())
                        : fault));
  }

  /**
   * The answer, when every job has ended; those interrupted give what they made.
   *
   * @param echo the request as AUTOMATIC1111 echoes it
   */
  Future<Buffer> answer(PictureRequest request, JsonObject echo, List<Job> jobs) {
    return Future.all(jobs.stream().map(job -> ended(job.id())).toList())
        .map(all -> all.<Job>list())
        .compose(
            done ->
                studio
                    .gallery()
                    .findAll(done.stream().flatMap(job -> job.images().stream()).toList())
                    .compose(images -> render(request, echo, done.get(0), images)))
        .onFailure(failed -> abandon(jobs));
  }

  private Future<Job> ended(UUID id) {
    return studio
        .jobs()
        .awaitEnd(id, PATIENCE)
        .compose(
            found -> {
              Job job = found.orElseThrow();
              if (job.state() == JobState.FAILED) {
                return Future.failedFuture(
                    new ProblemException(
                        Problem.of(500, job.error().orElse("The picture could not be made."))));
              }
              return job.state().ended() ? Future.succeededFuture(job) : ended(id);
            });
  }

  /** Cancels what nobody waits for any more; what has begun is finished for the gallery. */
  void abandon(List<Job> jobs) {
    for (Job queued : jobs) {
      studio
          .jobs()
          .find(queued.id())
          .onSuccess(
              found ->
                  found
                      .filter(job -> job.state() == JobState.QUEUED)
                      .ifPresent(job -> studio.jobs().cancel(job.id())));
    }
  }

  private Future<Buffer> render(
      PictureRequest request, JsonObject echo, Job first, List<GalleryImage> images) {
    return vertx.executeBlocking(
        () -> {
          JsonArray encoded = new JsonArray();
          if (request.sendImages()) {
            for (GalleryImage image : images) {
              encoded.add(base64(image));
            }
          }
          JsonObject info =
              PictureInfo.of(
                  first.request(),
                  images,
                  studio.models().hashOfUsed(first.request().model()),
                  first.createdAt(),
                  studio.version());
          return new JsonObject()
              .put("images", encoded)
              .put("parameters", echo)
              .put("info", info.encode())
              .toBuffer();
        });
  }

  private String base64(GalleryImage image) throws IOException {
    return Base64.getEncoder().encodeToString(Files.readAllBytes(studio.gallery().file(image)));
  }
}
