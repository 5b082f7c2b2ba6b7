package dev.atelier.server.pluginjobs;

import dev.atelier.server.jobs.JobState;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * The tables of plugins' jobs: every statement is here. Each change of state names the state that
 * it leaves, so that of two that race only one takes place.
 */
final class PluginJobTable {
  private static final String SELECT =
      "select j.*, r.name as result, r.changed_at from (%s) j "
          + "left join plugin_job_results r on r.plugin_job_id = j.id order by j.id %s, r.name";

  private PluginJobTable() {}

  static Future<Void> insert(SqlConnection sql, PluginJob job) {
    return sql.preparedQuery(
            "insert into plugin_jobs (id, type, title, state, parameters, created_at) "
                + "values (?, ?, ?, ?, ?, ?)")
        .execute(
            Tuple.of(
                job.id().toString(),
                job.type(),
                job.title(),
                job.state().key(),
                job.parameters().encode(),
                job.createdAt().toEpochMilli()))
        .mapEmpty();
  }

  static Future<Optional<PluginJob>> find(SqlConnection sql, UUID id) {
    return sql.preparedQuery(SELECT.formatted("select * from plugin_jobs where id = ?", "asc"))
        .execute(Tuple.of(id.toString()))
        .map(rows -> jobs(rows).stream().findFirst());
  }

  /** The newest first, {@code limit} at most, and those that have not ended in any case. */
  static Future<List<PluginJob>> newest(SqlConnection sql, int limit) {
    String some =
        "select * from plugin_jobs where state in ('queued', 'running') or id in "
            + "(select id from plugin_jobs order by id desc limit ?)";
    return sql.preparedQuery(SELECT.formatted(some, "desc"))
        .execute(Tuple.of(limit))
        .map(PluginJobTable::jobs);
  }

  /** Those that wait, the oldest first. */
  static Future<List<PluginJob>> queued(SqlConnection sql) {
    return sql.query(SELECT.formatted("select * from plugin_jobs where state = 'queued'", "asc"))
        .execute()
        .map(PluginJobTable::jobs);
  }

  /** queued → running. */
  static Future<Boolean> start(SqlConnection sql, UUID id, Instant now) {
    return changed(
        sql,
        "state = 'running', started_at = ? where id = ? and state = 'queued'",
        Tuple.of(now.toEpochMilli(), id.toString()));
  }

  /**
   * running → queued: it keeps its place, which is its id's. Cancelled where that was asked for
   * when it was on its way back already.
   */
  static Future<Boolean> requeue(SqlConnection sql, UUID id, Instant now) {
    return changed(
            sql,
            "state = 'cancelled', finished_at = ? "
                + "where id = ? and state = 'running' and cancel_requested = 1",
            Tuple.of(now.toEpochMilli(), id.toString()))
        .compose(
            cancelled ->
                cancelled
                    ? Future.succeededFuture(true)
                    : changed(
                        sql,
                        "state = 'queued', started_at = null where id = ? and state = 'running'",
                        id));
  }

  /** {@code from} → done, failed or cancelled. */
  static Future<Boolean> end(
      SqlConnection sql, UUID id, JobState from, JobState to, Instant now, Optional<String> error) {
    return changed(
        sql,
        "state = ?, finished_at = ?, error = ? where id = ? and state = ?",
        Tuple.of(to.key(), now.toEpochMilli(), error.orElse(null), id.toString(), from.key()));
  }

  /** Notes that a running job shall be cancelled, so that not even a crash makes it run again. */
  static Future<Boolean> requestCancel(SqlConnection sql, UUID id) {
    return changed(sql, "cancel_requested = 1 where id = ? and state = 'running'", id);
  }

  /** What a crash left running: cancelled where that had been asked for, else queued again. */
  static Future<Void> recover(SqlConnection sql, Instant now) {
    return sql.preparedQuery(
            "update plugin_jobs set state = 'cancelled', finished_at = ?, revision = revision + 1 "
                + "where state = 'running' and cancel_requested = 1")
        .execute(Tuple.of(now.toEpochMilli()))
        .compose(
            cancelled ->
                sql.query(
                        "update plugin_jobs set state = 'queued', started_at = null, "
                            + "revision = revision + 1 where state = 'running'")
                    .execute())
        .mapEmpty();
  }

  /** Forgets a job that has ended; whether it had. */
  static Future<Boolean> delete(SqlConnection sql, UUID id) {
    Tuple job = Tuple.of(id.toString());
    return sql.preparedQuery(
            "select 1 from plugin_jobs where id = ? and state not in ('queued', 'running')")
        .execute(job)
        .compose(
            ended ->
                ended.size() == 0
                    ? Future.succeededFuture(false)
                    : sql.preparedQuery("delete from plugin_job_pictures where plugin_job_id = ?")
                        .execute(job)
                        .compose(
                            gone ->
                                sql.preparedQuery(
                                        "delete from plugin_job_results where plugin_job_id = ?")
                                    .execute(job))
                        .compose(
                            gone ->
                                sql.preparedQuery("delete from plugin_jobs where id = ?")
                                    .execute(job))
                        .map(true));
  }

  static Future<Optional<String>> saved(SqlConnection sql, UUID id) {
    return sql.preparedQuery("select saved from plugin_jobs where id = ?")
        .execute(Tuple.of(id.toString()))
        .map(rows -> first(rows).map(row -> row.getString("saved")));
  }

  static Future<Void> save(SqlConnection sql, UUID id, String state) {
    return sql.preparedQuery("update plugin_jobs set saved = ? where id = ?")
        .execute(Tuple.of(state, id.toString()))
        .mapEmpty();
  }

  /** The job that makes the pictures which were asked for under a name. */
  static Future<Optional<UUID>> pictures(SqlConnection sql, UUID id, String name) {
    return sql.preparedQuery(
            "select job_id from plugin_job_pictures where plugin_job_id = ? and name = ?")
        .execute(Tuple.of(id.toString(), name))
        .map(rows -> first(rows).map(row -> UUID.fromString(row.getString("job_id"))));
  }

  static Future<Void> notePictures(SqlConnection sql, UUID id, String name, UUID job) {
    return sql.preparedQuery(
            "insert into plugin_job_pictures (plugin_job_id, name, job_id) values (?, ?, ?) "
                + "on conflict (plugin_job_id, name) do update set job_id = excluded.job_id")
        .execute(Tuple.of(id.toString(), name, job.toString()))
        .mapEmpty();
  }

  static Future<Boolean> noteResult(SqlConnection sql, UUID id, String name, Instant now) {
    return sql.preparedQuery(
            "insert into plugin_job_results (plugin_job_id, name, changed_at) values (?, ?, ?) "
                + "on conflict (plugin_job_id, name) do update set changed_at = excluded.changed_at")
        .execute(Tuple.of(id.toString(), name, now.toEpochMilli()))
        .compose(noted -> changed(sql, "state = state where id = ?", id));
  }

  private static Future<Boolean> changed(SqlConnection sql, String change, UUID id) {
    return changed(sql, change, Tuple.of(id.toString()));
  }

  private static Future<Boolean> changed(SqlConnection sql, String change, Tuple values) {
    return sql.preparedQuery("update plugin_jobs set revision = revision + 1, " + change)
        .execute(values)
        .map(rows -> rows.rowCount() == 1);
  }

  private static Optional<Row> first(RowSet<Row> rows) {
    return rows.size() == 0 ? Optional.empty() : Optional.of(rows.iterator().next());
  }

  /** One row a result, or one row for a job without any. */
  private static List<PluginJob> jobs(RowSet<Row> rows) {
    Map<String, Row> jobs = new LinkedHashMap<>();
    Map<String, List<PluginJob.Result>> results = new LinkedHashMap<>();
    for (Row row : rows) {
      String id = row.getString("id");
      jobs.putIfAbsent(id, row);
      List<PluginJob.Result> ofJob = results.computeIfAbsent(id, unused -> new ArrayList<>());
      Optional.ofNullable(row.getString("result"))
          .map(name -> new PluginJob.Result(name, instant(row, "changed_at").orElseThrow()))
          .ifPresent(ofJob::add);
    }
    return jobs.entrySet().stream()
        .map(job -> job(job.getValue(), results.get(job.getKey())))
        .toList();
  }

  private static PluginJob job(Row row, List<PluginJob.Result> results) {
    return new PluginJob(
        UUID.fromString(row.getString("id")),
        row.getLong("revision"),
        row.getString("type"),
        row.getString("title"),
        JobState.ofKey(row.getString("state")),
        new JsonObject(row.getString("parameters")),
        instant(row, "created_at").orElseThrow(),
        instant(row, "started_at"),
        instant(row, "finished_at"),
        Optional.ofNullable(row.getString("error")),
        List.copyOf(results),
        Optional.empty());
  }

  private static Optional<Instant> instant(Row row, String column) {
    return Optional.ofNullable(row.getLong(column)).map(Instant::ofEpochMilli);
  }
}
