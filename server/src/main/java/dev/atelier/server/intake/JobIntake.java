package dev.atelier.server.intake;

import dev.atelier.models.pipeline.ImageRequest;
import dev.atelier.server.jobs.Job;
import dev.atelier.server.problem.Problem;
import dev.atelier.server.problem.ProblemException;
import dev.atelier.server.studio.Studio;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.List;

/** Queues jobs as long as the queue is not absurdly long. */
public final class JobIntake {

  private final Vertx vertx;
  private final Studio studio;
  private final int limit;

  /**
   * @param limit jobs that may wait
   */
  public JobIntake(Vertx vertx, Studio studio, int limit) {
    this.vertx = vertx;
    this.studio = studio;
    this.limit = limit;
  }

  /** Queues all of them, or none when they do not fit or plugins say what is wrong with one. */
  public Future<List<Job>> submit(List<ImageRequest> requests) {
    return admitted(requests).compose(this::queue);
  }

  private Future<List<Job>> queue(List<ImageRequest> requests) {
    return studio
        .system()
        .get()
        .compose(
            system -> {
              if (system.queue().queued() + requests.size() > limit) {
                return Future.failedFuture(
                    new ProblemException(
                        Problem.of(
                            429,
                            "The queue is full with %d jobs; wait for some to end, or cancel some."
                                .formatted(system.queue().queued()))));
              }
              requests.forEach(studio.models()::expect);
              return Future.all(requests.stream().map(studio.jobs()::submit).toList())
                  .map(all -> all.<Job>list());
            });
  }

  private Future<List<ImageRequest>> admitted(List<ImageRequest> requests) {
    return vertx.executeBlocking(
        () -> requests.stream().map(studio.plugins()::admit).toList(), false);
  }
}
