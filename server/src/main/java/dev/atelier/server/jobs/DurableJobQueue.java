package dev.atelier.server.jobs;

import dev.atelier.models.pipeline.ImageRequest;
import dev.atelier.server.events.StudioEvents;
import dev.atelier.server.gallery.GalleryImage;
import dev.atelier.server.json.StudioJson;
import dev.atelier.server.status.QueueStatus;
import dev.atelier.server.store.Database;
import dev.atelier.server.store.TimeOrderedIds;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.SqlConnection;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * The queue in the data base, with the side that the worker sees: it {@link #claim claims} the
 * oldest job and ends it in one of four ways. Every change of state is told on the event bus, in
 * the order in which the changes took place. Thread-safe.
 */
public final class DurableJobQueue implements JobQueue {
  private final Database database;
  private final StudioEvents events;
  private final TimeOrderedIds ids;
  private final InstantSource clock;
  private final RunningJobs running = new RunningJobs();
  private final JobChanges changes;
  private final Waiters waiters = new Waiters();

  private DurableJobQueue(
      Database database, StudioEvents events, TimeOrderedIds ids, InstantSource clock) {
    this.database = database;
    this.events = events;
    this.ids = ids;
    this.clock = clock;
    this.changes = new JobChanges(database, events, running);
  }

  /**
   * Opens the queue. Jobs that a crash left running are put back at its head, for their ids are
   * older than those of the jobs that wait.
   */
  public static Future<DurableJobQueue> open(
      Database database, StudioEvents events, TimeOrderedIds ids, InstantSource clock) {
    DurableJobQueue queue = new DurableJobQueue(database, events, ids, clock);
    return database
        .transaction(
            sql ->
                JobTable.recover(sql, clock.instant())
                    .compose(requeued -> JobTable.newestId(sql))
                    .onSuccess(newest -> newest.ifPresent(ids::startAfter)))
        .compose(
            newest ->
                Future.all(
                    events.listen(queue::heard).completion(),
                    events.listenToCancels(queue.running::requestCancel).completion()))
        .map(queue);
  }

  @Override
  public Future<Job> submit(ImageRequest request) {
    return submit(request, (sql, job) -> Future.succeededFuture());
  }

  /**
   * Queues a job.
   *
   * @param note writes what else belongs to it, in the same transaction
   */
  public Future<Job> submit(
      ImageRequest request, BiFunction<SqlConnection, Job, Future<Void>> note) {
    return changes
        .make(
            sql -> {
              // Inside of the turn, so that the order of ids is the order of rows.
              Job job = Job.queued(ids.next(), request, clock.instant());
              return JobTable.insert(sql, job)
                  .compose(inserted -> note.apply(sql, job))
                  .map(Optional.of(job));
            })
        .map(Optional::get);
  }

  @Override
  public Future<Optional<Job>> find(UUID id) {
    return database
        .transaction(sql -> JobTable.find(sql, id))
        .map(job -> job.map(running::withProgress));
  }

  @Override
  public Future<List<Job>> list(Set<JobState> states, int limit) {
    return database
        .transaction(sql -> JobTable.newest(sql, states, limit))
        .map(jobs -> jobs.stream().map(running::withProgress).toList());
  }

  /** Jobs that run or wait, in the order they run in, {@code limit} at most. */
  public Future<List<Job>> active(int limit) {
    return database
        .transaction(sql -> JobTable.oldest(sql, Set.of(JobState.RUNNING, JobState.QUEUED), limit))
        .map(jobs -> jobs.stream().map(running::withProgress).toList());
  }

  /** How many jobs run and wait. */
  public Future<QueueStatus> status() {
    return database.transaction(JobTable::count);
  }

  @Override
  public Future<Optional<Job>> cancel(UUID id) {
    return changes
        .make(sql -> end(sql, id, JobState.QUEUED, JobState.CANCELLED, null))
        .compose(
            cancelled ->
                cancelled.isPresent() ? Future.succeededFuture() : changes.requestCancel(id))
        .compose(asked -> find(id));
  }

  @Override
  public Future<Optional<Job>> awaitEnd(UUID id, Duration atMost) {
    Promise<Void> ended = Promise.promise();
    waiters.add(id, ended);
    // Only now, so that a job which ends in between is not waited for.
    return find(id)
        .compose(
            job -> {
              if (job.isEmpty()
                  || job.get().state().ended()
                  || atMost.isNegative()
                  || atMost.isZero()) {
                return Future.succeededFuture(job);
              }
              return ended
                  .future()
                  .timeout(atMost.toMillis(), TimeUnit.MILLISECONDS)
                  .transform(endedOrTimeOver -> find(id));
            })
        .onComplete(answered -> waiters.remove(id, ended));
  }

  /** Takes the oldest job that waits: queued → running. */
  public Future<Optional<Job>> claim() {
    return changes.make(
        sql ->
            JobTable.oldestQueuedId(sql)
                .compose(
                    id ->
                        id.isEmpty()
                            ? Future.succeededFuture(Optional.empty())
                            : found(
                                sql, id.get(), JobTable.start(sql, id.get(), clock.instant()))));
  }

  /** How far a running job is. */
  public void progress(UUID id, Job.Progress now) {
    running.progress(id, now);
    events.publish(
        new JsonObject()
            .put("type", "progress")
            .put("job_id", id.toString())
            .put("progress", StudioJson.progress(now)));
  }

  /** Whether a job that was {@link #claim claimed} here shall end at its next step. */
  public boolean cancelRequested(UUID id) {
    return running.cancelRequested(id);
  }

  /**
   * running → done.
   *
   * @param images the pictures it made
   * @param rows writes their rows in the transaction that ends the job: there is no picture of a
   *     job that is not done, and no done job without its pictures
   */
  public Future<Optional<Job>> done(
      UUID id, List<GalleryImage> images, Function<SqlConnection, Future<Void>> rows) {
    return changes.make(
        sql ->
            found(
                sql,
                id,
                JobTable.end(sql, id, JobState.RUNNING, JobState.DONE, clock.instant(), null)
                    .compose(
                        ended ->
                            ended ? rows.apply(sql).map(true) : Future.succeededFuture(false))),
        images);
  }

  /** running → failed, with a sentence for the user. */
  public Future<Optional<Job>> failed(UUID id, String error) {
    return changes.make(sql -> end(sql, id, JobState.RUNNING, JobState.FAILED, error));
  }

  /** running → cancelled. */
  public Future<Optional<Job>> cancelled(UUID id) {
    return changes.make(sql -> end(sql, id, JobState.RUNNING, JobState.CANCELLED, null));
  }

  /** running → queued: at its old place, which is before every job that waits. */
  public Future<Optional<Job>> requeue(UUID id) {
    return changes.make(sql -> found(sql, id, JobTable.requeue(sql, id)));
  }

  private Future<Optional<Job>> end(
      SqlConnection sql, UUID id, JobState from, JobState to, String error) {
    return found(sql, id, JobTable.end(sql, id, from, to, clock.instant(), error));
  }

  /** The job as a change left it; empty when the change did not take place. */
  private static Future<Optional<Job>> found(SqlConnection sql, UUID id, Future<Boolean> changed) {
    return changed.compose(
        took -> took ? JobTable.find(sql, id) : Future.succeededFuture(Optional.empty()));
  }

  private void heard(JsonObject event) {
    if (event.getString("type").equals("job")) {
      JsonObject job = event.getJsonObject("job");
      if (JobState.ofKey(job.getString("state")).ended()) {
        waiters.complete(UUID.fromString(job.getString("id")));
      }
    }
  }
}
