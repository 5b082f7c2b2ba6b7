package dev.atelier.server.pluginjobs;

import dev.atelier.models.pipeline.ImageRequest;
import dev.atelier.models.pipeline.InvalidRequestException;
import dev.atelier.server.events.StudioEvents;
import dev.atelier.server.gallery.Gallery;
import dev.atelier.server.jobs.DurableJobQueue;
import dev.atelier.server.plugins.JobTypes;
import dev.atelier.server.plugins.LiveJobType;
import dev.atelier.server.problem.Problem;
import dev.atelier.server.problem.ProblemException;
import dev.atelier.server.store.Database;
import dev.atelier.server.store.TimeOrderedIds;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.UnaryOperator;

/**
 * The long work of plugins: queueing it, following it, ending it. One job runs at a time, the
 * oldest whose plugin runs; each change is told on the event bus. Callable from any thread.
 */
public final class PluginJobs {
  /** More than anybody follows. */
  private static final int MAX_WAITING = 100;

  private final Vertx vertx;
  private final TimeOrderedIds ids;
  private final InstantSource clock;
  private final JobTypes types;
  private final PluginJobBook book;
  private final ResultFiles files;
  private final PluginJobWorker worker;

  private PluginJobs(
      Vertx vertx,
      TimeOrderedIds ids,
      InstantSource clock,
      JobTypes types,
      PluginJobBook book,
      ResultFiles files,
      PluginJobWorker worker) {
    this.vertx = vertx;
    this.ids = ids;
    this.clock = clock;
    this.types = types;
    this.book = book;
    this.files = files;
    this.worker = worker;
  }

  /**
   * Opens the queue and begins with what waits in it. What a studio that ended was at goes on.
   *
   * @param folder where results are kept
   * @param admit a request for pictures as plugins want it queued; may block, throws
   *     InvalidRequestException
   */
  public static Future<PluginJobs> open(
      Vertx vertx,
      Database database,
      StudioEvents events,
      TimeOrderedIds ids,
      InstantSource clock,
      Path folder,
      JobTypes types,
      DurableJobQueue queue,
      Gallery gallery,
      UnaryOperator<ImageRequest> admit) {
    PluginJobBook book = new PluginJobBook(database, events, clock);
    ResultFiles files = new ResultFiles(folder);
    PluginJobWorker worker =
        new PluginJobWorker(book, types, new OrderedPictures(book, queue, gallery, admit), files);
    return book.recover()
        .compose(recovered -> events.listen(event -> heard(event, worker)).completion())
        .map(
            listening -> {
              worker.start();
              return new PluginJobs(vertx, ids, clock, types, book, files, worker);
            });
  }

  private static void heard(JsonObject event, PluginJobWorker worker) {
    if (event.getString("type").equals("plugins")) {
      worker.look(); // A plugin that a job waits for may have come.
    }
  }

  /** What can be started. */
  public List<LiveJobType> types() {
    return types.list();
  }

  /**
   * Queues a job.
   *
   * @param values the parameters that differ from their defaults
   * @return fails with a {@link ProblemException} when no plugin that runs does such work or too
   *     many wait, with an {@link InvalidRequestException} when a value is not what it may be
   */
  public Future<PluginJob> submit(String type, Map<String, Object> values) {
    Optional<LiveJobType> found = types.find(type);
    if (found.isEmpty()) {
      return problem(
          404,
          "No plugin that runs does “%s”; switch its plugin on, or start another job."
              .formatted(type));
    }
    JsonObject parameters;
    try {
      parameters = new JsonObject(found.get().parameters(values).values());
    } catch (InvalidRequestException e) {
      return Future.failedFuture(e);
    }
    return book.queued()
        .compose(
            waiting ->
                waiting.size() >= MAX_WAITING
                    ? problem(
                        429,
                        "%d jobs of plugins wait; wait for some to end, or cancel some."
                            .formatted(waiting.size()))
                    : book.insert(
                        PluginJob.queued(
                            ids.next(), type, found.get().title(), parameters, clock.instant())))
        .onSuccess(queued -> worker.look());
  }

  /** The newest first, {@code limit} at most, and those that have not ended in any case. */
  public Future<List<PluginJob>> list(int limit) {
    return book.newest(limit).map(jobs -> jobs.stream().map(worker::now).toList());
  }

  /** A job as it stands. */
  public Future<Optional<PluginJob>> find(UUID id) {
    return book.find(id).map(found -> found.map(worker::now));
  }

  /**
   * Cancels a job: one that waits at once, one that runs when it next asks for something, one that
   * has ended not at all.
   *
   * @return the job as it stands after the call; empty when there is none of that id
   */
  public Future<Optional<PluginJob>> cancel(UUID id) {
    return book.cancel(id)
        .onSuccess(
            runs -> {
              if (runs) {
                worker.cancel(id);
              }
            })
        .compose(asked -> find(id));
  }

  /**
   * Forgets a job that has ended, and deletes its results; the pictures that it had made stay in
   * the gallery.
   *
   * @return whether there was one; fails with a {@link ProblemException} when it has not ended
   */
  public Future<Boolean> delete(UUID id) {
    return book.find(id)
        .compose(
            found -> {
              if (found.isEmpty()) {
                return Future.succeededFuture(false);
              }
              if (!found.get().state().ended()) {
                return problem(409, "The job has not ended; cancel it first.");
              }
              return vertx
                  .executeBlocking(
                      () -> {
                        files.delete(id);
                        return null;
                      },
                      false)
                  .compose(deleted -> book.delete(id));
            });
  }

  /** The PNG file of a result; empty when the job has none of that name. */
  public Future<Optional<Path>> result(UUID id, String name) {
    return book.find(id)
        .map(
            found ->
                found
                    .filter(job -> job.results().stream().anyMatch(r -> r.name().equals(name)))
                    .map(job -> files.file(id, name)));
  }

  private static <T> Future<T> problem(int status, String sentence) {
    return Future.failedFuture(new ProblemException(Problem.of(status, sentence)));
  }

  /** Ends the thread; the job in hand goes back into the queue, with what it saved. */
  public Future<Void> close() {
    return worker.stop();
  }
}
