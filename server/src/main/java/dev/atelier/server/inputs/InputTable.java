package dev.atelier.server.inputs;

import dev.atelier.models.pipeline.InputPicture;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** The tables of the pictures that jobs begin with: every statement is here. */
public final class InputTable {
  private InputTable() {}

  /** Adds a picture, or notes that one which is there was sent again. */
  static Future<Void> add(SqlConnection sql, InputPicture input, Instant now) {
    return sql.preparedQuery("update inputs set created_at = ? where id = ?")
        .execute(Tuple.of(now.toEpochMilli(), input.id()))
        .compose(
            updated ->
                updated.rowCount() == 1
                    ? Future.succeededFuture()
                    : sql.preparedQuery(
                            "insert into inputs (id, width, height, created_at) values (?, ?, ?, ?)")
                        .execute(
                            Tuple.of(input.id(), input.width(), input.height(), now.toEpochMilli()))
                        .mapEmpty());
  }

  static Future<Optional<InputPicture>> find(SqlConnection sql, String id) {
    return sql.preparedQuery("select id, width, height from inputs where id = ?")
        .execute(Tuple.of(id))
        .map(
            rows -> {
              Optional<InputPicture> found = Optional.empty();
              for (Row row : rows) {
                found =
                    Optional.of(
                        new InputPicture(
                            row.getString("id"),
                            row.getInteger("width"),
                            row.getInteger("height")));
              }
              return found;
            });
  }

  /** Notes, in the transaction that queues a job, which pictures it needs. */
  public static Future<Void> use(SqlConnection sql, UUID job, List<InputPicture> inputs) {
    List<Tuple> rows =
        inputs.stream()
            .map(InputPicture::id)
            .distinct()
            .map(id -> Tuple.of(job.toString(), id))
            .toList();
    return rows.isEmpty()
        ? Future.succeededFuture()
        : sql.preparedQuery("insert into job_inputs (job_id, input_id) values (?, ?)")
            .executeBatch(rows)
            .mapEmpty();
  }

  /** Removes the pictures that no job names and that are older than that; their ids. */
  static Future<List<String>> removeUnused(SqlConnection sql, Instant before) {
    String unused =
        " from inputs where created_at < ? and id not in (select input_id from job_inputs)";
    Tuple time = Tuple.of(before.toEpochMilli());
    return sql.preparedQuery("select id" + unused)
        .execute(time)
        .map(
            rows -> {
              List<String> ids = new ArrayList<>();
              rows.forEach(row -> ids.add(row.getString("id")));
              return ids;
            })
        .compose(ids -> sql.preparedQuery("delete" + unused).execute(time).map(ids));
  }
}
