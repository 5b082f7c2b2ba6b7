package dev.atelier.server.pluginjobs;

import dev.atelier.server.events.StudioEvents;
import dev.atelier.server.jobs.JobState;
import dev.atelier.server.store.Database;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** What is known of plugins' jobs for good, and telling the pages of it. Thread-safe. */
final class PluginJobBook {
  private final Database database;
  private final StudioEvents events;
  private final InstantSource clock;

  PluginJobBook(Database database, StudioEvents events, InstantSource clock) {
    this.database = database;
    this.events = events;
    this.clock = clock;
  }

  /** Puts what a studio that ended was at back into the queue. */
  Future<Void> recover() {
    return database.transaction(sql -> PluginJobTable.recover(sql, clock.instant()));
  }

  Future<PluginJob> insert(PluginJob job) {
    return database
        .transaction(sql -> PluginJobTable.insert(sql, job))
        .map(job)
        .onSuccess(this::tell);
  }

  Future<Optional<PluginJob>> find(UUID id) {
    return database.transaction(sql -> PluginJobTable.find(sql, id));
  }

  /** The newest first, {@code limit} at most, and those that have not ended in any case. */
  Future<List<PluginJob>> newest(int limit) {
    return database.transaction(sql -> PluginJobTable.newest(sql, limit));
  }

  /** Those that wait, the oldest first. */
  Future<List<PluginJob>> queued() {
    return database.transaction(PluginJobTable::queued);
  }

  /** queued → running; empty when it is not queued any more. */
  Future<Optional<PluginJob>> start(UUID id) {
    return told(id, database.transaction(sql -> PluginJobTable.start(sql, id, clock.instant())));
  }

  /** running → wherever it goes. */
  Future<Optional<PluginJob>> end(UUID id, Ending ending) {
    return told(
        id,
        database.transaction(
            sql ->
                ending.to().ended()
                    ? PluginJobTable.end(
                        sql, id, JobState.RUNNING, ending.to(), clock.instant(), ending.error())
                    : PluginJobTable.requeue(sql, id, clock.instant())));
  }

  /**
   * queued → cancelled, or the note that a running job shall be.
   *
   * @return whether it runs
   */
  Future<Boolean> cancel(UUID id) {
    return database
        .transaction(
            sql ->
                PluginJobTable.end(
                    sql,
                    id,
                    JobState.QUEUED,
                    JobState.CANCELLED,
                    clock.instant(),
                    Optional.empty()))
        .compose(
            cancelled ->
                cancelled
                    ? told(id, Future.succeededFuture(true)).map(false)
                    : database.transaction(sql -> PluginJobTable.requestCancel(sql, id)));
  }

  /** Forgets a job that has ended; whether it had. */
  Future<Boolean> delete(UUID id) {
    return database
        .transaction(sql -> PluginJobTable.delete(sql, id))
        .onSuccess(
            deleted -> {
              if (deleted) {
                events.publish(
                    new JsonObject().put("type", "plugin_job_deleted").put("id", id.toString()));
              }
            });
  }

  Future<Optional<String>> saved(UUID id) {
    return database.transaction(sql -> PluginJobTable.saved(sql, id));
  }

  Future<Void> save(UUID id, String state) {
    return database.transaction(sql -> PluginJobTable.save(sql, id, state));
  }

  /** The job that makes the pictures which were asked for under a name. */
  Future<Optional<UUID>> pictures(UUID id, String name) {
    return database.transaction(sql -> PluginJobTable.pictures(sql, id, name));
  }

  Future<Optional<PluginJob>> noteResult(UUID id, String name) {
    return database
        .transaction(sql -> PluginJobTable.noteResult(sql, id, name, clock.instant()))
        .compose(noted -> find(id));
  }

  /** The job as a change left it, told; empty when the change did not take place. */
  private Future<Optional<PluginJob>> told(UUID id, Future<Boolean> change) {
    return change.compose(
        took ->
            took
                ? find(id).onSuccess(found -> found.ifPresent(this::tell))
                : Future.succeededFuture(Optional.empty()));
  }

  /** Tells every page how a job stands. */
  void tell(PluginJob job) {
    events.publish(new JsonObject().put("type", "plugin_job").put("job", PluginJobJson.job(job)));
  }
}
