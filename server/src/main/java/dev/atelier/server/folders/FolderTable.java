package dev.atelier.server.folders;

import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** The table of the folders that were added: every statement is here. */
final class FolderTable {
  private static final String NAME = "model_folders";
  private static final String LIST = "select id, path from model_folders order by id";

  private FolderTable() {}

  /** Those that were added, the oldest first. */
  static Future<List<ListedFolder>> list(SqlConnection sql) {
    return sql.query(LIST)
        .execute()
        .map(
            rows -> {
              List<ListedFolder> folders = new ArrayList<>();
              rows.forEach(row -> folders.add(added(row.getString("id"), row.getString("path"))));
              return List.copyOf(folders);
            });
  }

  /** The same for those who only look; none where an older Atelier has no such table. Blocks. */
  static List<ListedFolder> list(Connection sql) throws SQLException {
    List<ListedFolder> folders = new ArrayList<>();
    try (ResultSet table = sql.getMetaData().getTables(null, null, NAME, null)) {
      if (!table.next()) {
        return folders;
      }
    }
    try (Statement statement = sql.createStatement();
        ResultSet rows = statement.executeQuery(LIST)) {
      while (rows.next()) {
        folders.add(added(rows.getString("id"), rows.getString("path")));
      }
    }
    return folders;
  }

  private static ListedFolder added(String id, String path) {
    return ListedFolder.added(UUID.fromString(id), Path.of(path));
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
