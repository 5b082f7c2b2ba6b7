package dev.atelier.server.folders;

import dev.atelier.server.problem.ProblemException;
import dev.atelier.server.store.Database;
import dev.atelier.server.store.TimeOrderedIds;
import dev.atelier.server.store.Turns;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.List;
import java.util.UUID;

/**
 * The folders that models are looked for in. What was added is there after a restart, whether its
 * disk is connected or not. Thread-safe.
 */
public final class ModelFolders {
  private final Vertx vertx;
  private final Database database;
  private final TimeOrderedIds ids;
  private final InstantSource clock;
  private final StartFolders start;
  private volatile List<ListedFolder> added = List.of();

  /** Of changes: two folders that are apart from the list may not be apart from each other. */
  private final Turns turns = new Turns();

  private ModelFolders(
      Vertx vertx, Database database, TimeOrderedIds ids, InstantSource clock, StartFolders start) {
    this.vertx = vertx;
    this.database = database;
    this.ids = ids;
    this.clock = clock;
    this.start = start;
  }

  /** Reads what was added before. */
  public static Future<ModelFolders> open(
      Vertx vertx, Database database, TimeOrderedIds ids, InstantSource clock, StartFolders start) {
    ModelFolders folders = new ModelFolders(vertx, database, ids, clock, start);
    return folders.read().map(folders);
  }

  /** All of them, in the order in which models are looked for; each is there once. */
  public List<ListedFolder> list() {
    return start.with(added);
  }

  /** The paths to look for models in. Blocks on the disk. */
  public List<Path> toScan() {
    return start.toScan(added);
  }

  /**
   * What was added to the list of a studio, which may run or not; nothing is written. Blocks.
   *
   * @param database its data base file, which need not be there
   */
  public static List<ListedFolder> addedIn(Path database) throws SQLException {
    if (!Files.exists(database)) {
      return List.of();
    }
    try (Connection sql = Database.look(database)) {
      return FolderTable.list(sql);
    }
  }

  /**
   * Adds a folder, for good.
   *
   * @param path as somebody wrote it
   * @return fails with a {@link ProblemException} when it cannot be one
   */
  public Future<Void> add(String path) {
    return turns.take(
        () ->
            vertx
                .executeBlocking(() -> new FolderRules(start.data()).check(path, list()), false)
                .compose(
                    folder ->
                        database.transaction(
                            sql -> FolderTable.insert(sql, ids.next(), folder, clock.instant())))
                .compose(done -> read()));
  }

  /**
   * Takes an added folder off the list; nothing in it is touched.
   *
   * @return whether there was one of that id
   */
  public Future<Boolean> remove(UUID id) {
    return turns.take(
        () ->
            database
                .transaction(sql -> FolderTable.delete(sql, id))
                .compose(gone -> read().map(gone)));
  }

  private Future<Void> read() {
    return database
        .transaction(FolderTable::list)
        .map(
            now -> {
              added = now;
              return null;
            });
  }
}
