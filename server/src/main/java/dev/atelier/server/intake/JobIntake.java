package dev.atelier.server.intake;

import dev.atelier.models.pipeline.ImageRequest;
import dev.atelier.server.jobs.Job;
import dev.atelier.server.problem.Problem;
import dev.atelier.server.problem.ProblemException;
import dev.atelier.server.studio.Studio;
import io.vertx.core.Future;
import java.util.List;

/** Queues jobs as long as the queue is not absurdly long. */
public final class JobIntake {

  private final Studio studio;
  private final int limit;

  /**
   * @param limit jobs that may wait
   */
  public JobIntake(Studio studio, int limit) {
    this.studio = studio;
    this.limit = limit;
  }

  /** Queues all of them, or none when they do not fit. */
  public Future<List<Job>> submit(List<ImageRequest> requests) {
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
}
