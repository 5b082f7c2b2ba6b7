package dev.atelier.server.downloads;

import dev.atelier.server.events.StudioEvents;
import dev.atelier.server.store.Database;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.SqlConnection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** What is known of downloads for good, and telling the pages of it. Thread-safe. */
final class DownloadBook {
  private final Database database;
  private final StudioEvents events;
  private final InstantSource clock;

  DownloadBook(Database database, StudioEvents events, InstantSource clock) {
    this.database = database;
    this.events = events;
    this.clock = clock;
  }

  /** Pauses what a studio that ended was at, so that nothing begins that nobody asked for. */
  Future<Void> recover(DownloadFolder folder) {
    return database.transaction(
        sql ->
            Future.all(
                    DownloadTable.of(sql, DownloadState.RUNNING),
                    DownloadTable.of(sql, DownloadState.QUEUED))
                .compose(
                    found -> {
                      List<Download> running = found.resultAt(0);
                      List<Download> queued = found.resultAt(1);
                      Future<Boolean> done = Future.succeededFuture(true);
                      for (Download download : running) {
                        done = done.compose(before -> recover(sql, download, folder));
                      }
                      for (Download download : queued) {
                        done = done.compose(before -> recover(sql, download, folder));
                      }
                      return done.mapEmpty();
                    }));
  }

  private Future<Boolean> recover(SqlConnection sql, Download download, DownloadFolder folder) {
    // Killed between the move of the model and the note of it.
    boolean there =
        download.path().filter(Files::exists).isPresent() && !folder.isUnderWay(download.id());
    return DownloadTable.change(
        sql,
        download.id(),
        download.state(),
        there ? DownloadState.DONE : DownloadState.PAUSED,
        there ? clock.instant() : null,
        null);
  }

  Future<Void> insert(Download download) {
    return database.transaction(sql -> DownloadTable.insert(sql, download));
  }

  Future<Optional<Download>> find(UUID id) {
    return database.transaction(sql -> DownloadTable.find(sql, id));
  }

  /** The newest first, without those that were given up. */
  Future<List<Download>> list() {
    return database.transaction(DownloadTable::list);
  }

  /** The one whose turn it is. */
  Future<Optional<Download>> oldestQueued() {
    return database
        .transaction(sql -> DownloadTable.of(sql, DownloadState.QUEUED))
        .map(queued -> queued.stream().findFirst());
  }

  Future<Void> place(UUID id, Path path) {
    return database.transaction(sql -> DownloadTable.place(sql, id, path));
  }

  /** {@code from} → {@code to}; whether it was in that state. */
  Future<Boolean> change(UUID id, DownloadState from, DownloadState to) {
    return change(id, from, to, null);
  }

  Future<Boolean> change(UUID id, DownloadState from, DownloadState to, String error) {
    return database.transaction(
        sql ->
            DownloadTable.change(sql, id, from, to, to.hasEnded() ? clock.instant() : null, error));
  }

  /** From whichever of the states it is in. */
  Future<Boolean> change(UUID id, List<DownloadState> froms, DownloadState to) {
    Future<Boolean> changed = Future.succeededFuture(false);
    for (DownloadState from : froms) {
      changed = changed.compose(done -> done ? Future.succeededFuture(true) : change(id, from, to));
    }
    return changed;
  }

  /** Tells every page how a download stands. */
  void tell(Download download) {
    events.publish(
        new JsonObject().put("type", "download").put("download", DownloadJson.download(download)));
  }

  /** The same of a download as it is written, which is read first. */
  Future<Optional<Download>> tell(UUID id) {
    return find(id).onSuccess(found -> found.ifPresent(this::tell));
  }
}
