package dev.atelier.server.downloads;

import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** The table of downloads: every statement is here. */
final class DownloadTable {
  private static final String SELECT =
      "select id, revision, state, plan, path, created_at, finished_at, error from downloads ";

  private DownloadTable() {}

  static Future<Void> insert(SqlConnection sql, Download download) {
    return sql.preparedQuery(
            "insert into downloads (id, state, plan, created_at) values (?, ?, ?, ?)")
        .execute(
            Tuple.of(
                download.id().toString(),
                download.state().key(),
                DownloadJson.plan(download.plan()).encode(),
                download.createdAt().toEpochMilli()))
        .mapEmpty();
  }

  static Future<Optional<Download>> find(SqlConnection sql, UUID id) {
    return sql.preparedQuery(SELECT + "where id = ?")
        .execute(Tuple.of(id.toString()))
        .map(rows -> downloads(rows).stream().findFirst());
  }

  /** Those that somebody may want to see, the newest first; given up ones are nobody's. */
  static Future<List<Download>> list(SqlConnection sql) {
    return sql.query(
            SELECT + "where state not in ('cancelled', 'removed') order by id desc limit 500")
        .execute()
        .map(DownloadTable::downloads);
  }

  /** Those of one state, the oldest first. */
  static Future<List<Download>> of(SqlConnection sql, DownloadState state) {
    return sql.preparedQuery(SELECT + "where state = ? order by id")
        .execute(Tuple.of(state.key()))
        .map(DownloadTable::downloads);
  }

  /** Notes where a model is about to be, so that a crash leaves no model that nobody knows of. */
  static Future<Void> place(SqlConnection sql, UUID id, Path path) {
    return sql.preparedQuery("update downloads set path = ? where id = ?")
        .execute(Tuple.of(path.toString(), id.toString()))
        .mapEmpty();
  }

  /**
   * {@code from} → {@code to}.
   *
   * @param ended when it ended; null when it has not
   * @param error why it failed; null when it has not
   * @return whether it was in that state
   */
  static Future<Boolean> change(
      SqlConnection sql,
      UUID id,
      DownloadState from,
      DownloadState to,
      Instant ended,
      String error) {
    return sql.preparedQuery(
            "update downloads set state = ?, finished_at = ?, error = ?, revision = revision + 1 "
                + "where id = ? and state = ?")
        .execute(
            Tuple.of(
                to.key(),
                ended == null ? null : ended.toEpochMilli(),
                error,
                id.toString(),
                from.key()))
        .map(rows -> rows.rowCount() == 1);
  }

  private static List<Download> downloads(RowSet<Row> rows) {
    List<Download> downloads = new ArrayList<>();
    for (Row row : rows) {
      downloads.add(
          new Download(
              UUID.fromString(row.getString("id")),
              row.getLong("revision"),
              DownloadState.ofKey(row.getString("state")),
              DownloadJson.readPlan(new JsonObject(row.getString("plan"))),
              Optional.ofNullable(row.getString("path")).map(Path::of),
              Instant.ofEpochMilli(row.getLong("created_at")),
              Optional.ofNullable(row.getLong("finished_at")).map(Instant::ofEpochMilli),
              Optional.ofNullable(row.getString("error")),
              Optional.empty()));
    }
    return downloads;
  }
}
