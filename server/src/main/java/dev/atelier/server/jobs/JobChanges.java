package dev.atelier.server.jobs;

import dev.atelier.server.events.StudioEvents;
import dev.atelier.server.gallery.GalleryImage;
import dev.atelier.server.json.StudioJson;
import dev.atelier.server.status.QueueStatus;
import dev.atelier.server.store.Database;
import dev.atelier.server.store.Turns;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.SqlConnection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;

/**
 * Makes the changes of state, one after the other, and tells of each on the event bus before the
 * next one begins: events are published from whatever thread the data base's answer comes on.
 * Thread-safe.
 */
final class JobChanges {
  private final Database database;
  private final StudioEvents events;
  private final RunningJobs running;
  private final Turns turns = new Turns();

  JobChanges(Database database, StudioEvents events, RunningJobs running) {
    this.database = database;
    this.events = events;
    this.running = running;
  }

  /**
   * Makes one change of state.
   *
   * @param work makes it in the transaction it is given, and has the job as it is then; empty when
   *     the change did not take place
   * @return the job as it was told of
   */
  Future<Optional<Job>> make(Function<SqlConnection, Future<Optional<Job>>> work) {
    return make(work, List.of());
  }

  /**
   * The same where the job has made pictures.
   *
   * @param images what is told of them
   */
  Future<Optional<Job>> make(
      Function<SqlConnection, Future<Optional<Job>>> work, List<GalleryImage> images) {
    return turns.take(
        () ->
            database
                .transaction(
                    sql ->
                        work.apply(sql)
                            .compose(
                                job -> JobTable.count(sql).map(queue -> new Changed(job, queue))))
                .map(changed -> changed.job().map(job -> tell(job, images, changed.queue()))));
  }

  private record Changed(Optional<Job> job, QueueStatus queue) {}

  private Job tell(Job job, List<GalleryImage> images, QueueStatus queue) {
    running.changed(job);
    Job told = running.withProgress(job);
    events.publish(new JsonObject().put("type", "job").put("job", StudioJson.job(told, images)));
    events.publish(StudioJson.queue(queue).put("type", "queue"));
    return told;
  }

  /** Asks whoever runs the job to end it, for good; whether it runs. */
  Future<Boolean> requestCancel(UUID id) {
    return turns.take(
        () ->
            database
                .transaction(sql -> JobTable.requestCancel(sql, id))
                .onSuccess(
                    runs -> {
                      if (runs) {
                        // Here at once, on other nodes as soon as they hear of it.
                        running.requestCancel(id);
                        events.requestCancel(id);
                      }
                    }));
  }
}
