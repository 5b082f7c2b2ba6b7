package dev.atelier.server.folders;

import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** The table of the folders that were added: every statement is here. */
final class FolderTable {
  private FolderTable() {}

  /** Those that were added, the oldest first. */
  static Future<List<ListedFolder>> list(SqlConnection sql) {
    return sql.query("select id, path from model_folders order by id")
        .execute()
        .map(
            rows -> {
              List<ListedFolder> folders = new ArrayList<>();
              rows.forEach(
                  row ->
                      folders.add(
                          ListedFolder.added(
                              UUID.fromString(row.getString("id")),
                              Path.of(row.getString("path")))));
              return List.copyOf(folders);
            });
  }

  static Future<Void> insert(SqlConnection sql, UUID id, Path path, Instant now) {
    return sql.preparedQuery("insert into model_folders (id, path, added_at) values (?, ?, ?)")
        .execute(Tuple.of(id.toString(), path.toString(), now.toEpochMilli()))
        .mapEmpty();
  }

  /** Whether there was one of that id. */
  static Future<Boolean> delete(SqlConnection sql, UUID id) {
    return sql.preparedQuery("delete from model_folders where id = ?")
        .execute(Tuple.of(id.toString()))
        .map(rows -> rows.rowCount() == 1);
  }
}
