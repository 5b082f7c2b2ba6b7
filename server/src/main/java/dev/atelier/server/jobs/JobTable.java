package dev.atelier.server.jobs;

import dev.atelier.server.inputs.InputTable;
import dev.atelier.server.json.RequestJson;
import dev.atelier.server.status.QueueStatus;
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
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * The table of jobs: every statement is here. Each change of state names the state that it leaves,
 * so that of two that race only one takes place.
 */
final class JobTable {
  private static final String COLUMNS =
      "j.id, j.state, j.request, j.created_at, j.started_at, j.finished_at, j.error";

  private JobTable() {}

  static Future<Void> insert(SqlConnection sql, Job job) {
    return sql.preparedQuery(
            "insert into jobs (id, state, request, created_at) values (?, ?, ?, ?)")
        .execute(
            Tuple.of(
                job.id().toString(),
                job.state().key(),
                RequestJson.write(job.request()).encode(),
                job.createdAt().toEpochMilli()))
        .compose(inserted -> InputTable.use(sql, job.id(), job.request().start().inputs()));
  }

  static Future<Optional<Job>> find(SqlConnection sql, UUID id) {
    return sql.preparedQuery(withImages("select * from jobs where id = ?", "asc"))
        .execute(Tuple.of(id.toString()))
        .map(rows -> jobs(rows).stream().findFirst());
  }

  /** The newest jobs in one of {@code states}, newest first. */
  static Future<List<Job>> newest(SqlConnection sql, Set<JobState> states, int limit) {
    return list(sql, states, "desc", limit);
  }

  /** The oldest jobs in one of {@code states}, oldest first. */
  static Future<List<Job>> oldest(SqlConnection sql, Set<JobState> states, int limit) {
    return list(sql, states, "asc", limit);
  }

  private static Future<List<Job>> list(
      SqlConnection sql, Set<JobState> states, String order, int limit) {
    String some =
        "select * from jobs where state in (%s) order by id %s limit ?"
            .formatted(keys(states), order);
    return sql.preparedQuery(withImages(some, order)).execute(Tuple.of(limit)).map(JobTable::jobs);
  }

  /** The job that should run next: the oldest one that waits. */
  static Future<Optional<UUID>> oldestQueuedId(SqlConnection sql) {
    return sql.query("select id from jobs where state = 'queued' order by id limit 1")
        .execute()
        .map(JobTable::firstId);
  }

  /** The newest id that was ever given. */
  static Future<Optional<UUID>> newestId(SqlConnection sql) {
    return sql.query("select id from jobs order by id desc limit 1")
        .execute()
        .map(JobTable::firstId);
  }

  static Future<QueueStatus> count(SqlConnection sql) {
    return sql.query(
            "select state, count(*) as jobs from jobs where state in ('queued', 'running') group by state")
        .execute()
        .map(
            rows -> {
              int queued = 0;
              int running = 0;
              for (Row row : rows) {
                if (row.getString("state").equals("queued")) {
                  queued = row.getInteger("jobs");
                } else {
                  running = row.getInteger("jobs");
                }
              }
              return new QueueStatus(queued, running);
            });
  }

  /** queued → running. */
  static Future<Boolean> start(SqlConnection sql, UUID id, Instant now) {
    return changed(
        sql,
        "update jobs set state = 'running', started_at = ? where id = ? and state = 'queued'",
        Tuple.of(now.toEpochMilli(), id.toString()));
  }

  /** running → queued: the job keeps its place, which is its id's. */
  static Future<Boolean> requeue(SqlConnection sql, UUID id) {
    return changed(
        sql,
        "update jobs set state = 'queued', started_at = null where id = ? and state = 'running'",
        Tuple.of(id.toString()));
  }

  /** {@code from} → done, failed or cancelled. */
  static Future<Boolean> end(
      SqlConnection sql, UUID id, JobState from, JobState to, Instant now, String error) {
    return changed(
        sql,
        "update jobs set state = ?, finished_at = ?, error = ? where id = ? and state = ?",
        Tuple.of(to.key(), now.toEpochMilli(), error, id.toString(), from.key()));
  }

  /** Notes that a running job shall be cancelled, so that not even a crash makes it run again. */
  static Future<Boolean> requestCancel(SqlConnection sql, UUID id) {
    return changed(
        sql,
        "update jobs set cancel_requested = 1 where id = ? and state = 'running'",
        Tuple.of(id.toString()));
  }

  /** What a crash left running: cancelled where that had been asked for, else queued again. */
  static Future<Integer> recover(SqlConnection sql, Instant now) {
    return sql.preparedQuery(
            "update jobs set state = 'cancelled', finished_at = ? where state = 'running' and cancel_requested = 1")
        .execute(Tuple.of(now.toEpochMilli()))
        .compose(
            cancelled ->
                sql.query(
                        "update jobs set state = 'queued', started_at = null where state = 'running'")
                    .execute())
        .map(RowSet::rowCount);
  }

  private static Future<Boolean> changed(SqlConnection sql, String update, Tuple values) {
    return sql.preparedQuery(update).execute(values).map(rows -> rows.rowCount() == 1);
  }

  /** Only the names of an enum's constants: no text of a user gets into a statement. */
  private static String keys(Set<JobState> states) {
    return states.stream().map(s -> "'" + s.key() + "'").collect(Collectors.joining(", "));
  }

  private static String withImages(String jobs, String order) {
    return "select %s, i.id as image_id from (%s) j left join images i on i.job_id = j.id order by j.id %s, i.batch_index"
        .formatted(COLUMNS, jobs, order);
  }

  private static Optional<UUID> firstId(RowSet<Row> rows) {
    return rows.size() == 0
        ? Optional.empty()
        : Optional.of(UUID.fromString(rows.iterator().next().getString("id")));
  }

  /** One row a picture, or one row for a job without any. */
  private static List<Job> jobs(RowSet<Row> rows) {
    Map<UUID, Row> jobs = new LinkedHashMap<>();
    Map<UUID, List<UUID>> images = new LinkedHashMap<>();
    for (Row row : rows) {
      UUID id = UUID.fromString(row.getString("id"));
      jobs.putIfAbsent(id, row);
      List<UUID> ofJob = images.computeIfAbsent(id, unused -> new ArrayList<>());
      Optional.ofNullable(row.getString("image_id")).map(UUID::fromString).ifPresent(ofJob::add);
    }
    return jobs.entrySet().stream()
        .map(job -> job(job.getKey(), job.getValue(), images.get(job.getKey())))
        .toList();
  }

  private static Job job(UUID id, Row row, List<UUID> images) {
    return new Job(
        id,
        JobState.ofKey(row.getString("state")),
        RequestJson.read(new JsonObject(row.getString("request"))),
        Instant.ofEpochMilli(row.getLong("created_at")),
        Optional.ofNullable(row.getLong("started_at")).map(Instant::ofEpochMilli),
        Optional.ofNullable(row.getLong("finished_at")).map(Instant::ofEpochMilli),
        Optional.empty(),
        Optional.ofNullable(row.getString("error")),
        List.copyOf(images));
  }
}
