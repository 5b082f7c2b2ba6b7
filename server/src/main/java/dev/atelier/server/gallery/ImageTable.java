package dev.atelier.server.gallery;

import dev.atelier.server.json.RequestJson;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** The tables of pictures and of files without a row: every statement is here. */
final class ImageTable {
  private static final String SELECT =
      "select i.id, i.job_id, i.batch_index, j.request, i.seed, i.parameters, i.bytes, i.created_at"
          + " from images i join jobs j on j.id = i.job_id ";

  private ImageTable() {}

  /** A file whose picture has no row, by what its name is made from. */
  record LooseFile(UUID id, Instant createdAt) {}

  /** Adds the rows of pictures whose files are there: from now on none of them is loose. */
  static Future<Void> insert(SqlConnection sql, List<GalleryImage> images) {
    List<Tuple> rows =
        images.stream()
            .map(
                image ->
                    Tuple.of(
                        image.id().toString(),
                        image.jobId().toString(),
                        image.index(),
                        image.seed(),
                        image.parameters(),
                        image.bytes(),
                        image.createdAt().toEpochMilli()))
            .toList();
    return sql.preparedQuery(
            "insert into images (id, job_id, batch_index, seed, parameters, bytes, created_at)"
                + " values (?, ?, ?, ?, ?, ?, ?)")
        .executeBatch(rows)
        .compose(inserted -> forget(sql, images.stream().map(GalleryImage::id).toList()));
  }

  static Future<Boolean> delete(SqlConnection sql, UUID id) {
    return sql.preparedQuery("delete from images where id = ?")
        .execute(Tuple.of(id.toString()))
        .map(rows -> rows.rowCount() == 1);
  }

  static Future<List<GalleryImage>> newest(SqlConnection sql, int limit, Optional<UUID> before) {
    return before
        .map(
            id ->
                sql.preparedQuery(SELECT + "where i.id < ? order by i.id desc limit ?")
                    .execute(Tuple.of(id.toString(), limit)))
        .orElseGet(
            () -> sql.preparedQuery(SELECT + "order by i.id desc limit ?").execute(Tuple.of(limit)))
        .map(ImageTable::images);
  }

  /** The newest id that was ever given to a picture, whether it still exists or not. */
  static Future<Optional<UUID>> newestId(SqlConnection sql) {
    return sql.query("select id from images order by id desc limit 1")
        .execute()
        .map(
            rows ->
                rows.size() == 0
                    ? Optional.empty()
                    : Optional.of(UUID.fromString(rows.iterator().next().getString("id"))));
  }

  static Future<List<GalleryImage>> findAll(SqlConnection sql, List<UUID> ids) {
    if (ids.isEmpty()) {
      return Future.succeededFuture(List.of());
    }
    String marks = String.join(", ", Collections.nCopies(ids.size(), "?"));
    return sql.preparedQuery(SELECT + "where i.id in (" + marks + ")")
        .execute(Tuple.from(ids.stream().map(UUID::toString).toList()))
        .map(ImageTable::images);
  }

  static Future<Void> remember(SqlConnection sql, List<LooseFile> files) {
    return sql.preparedQuery("insert into loose_files (id, created_at) values (?, ?)")
        .executeBatch(
            files.stream()
                .map(file -> Tuple.of(file.id().toString(), file.createdAt().toEpochMilli()))
                .toList())
        .mapEmpty();
  }

  static Future<Void> forget(SqlConnection sql, List<UUID> ids) {
    return sql.preparedQuery("delete from loose_files where id = ?")
        .executeBatch(ids.stream().map(id -> Tuple.of(id.toString())).toList())
        .mapEmpty();
  }

  static Future<List<LooseFile>> looseFiles(SqlConnection sql) {
    return sql.query("select id, created_at from loose_files")
        .execute()
        .map(
            rows -> {
              List<LooseFile> files = new ArrayList<>();
              for (Row row : rows) {
                files.add(new LooseFile(UUID.fromString(row.getString("id")), time(row)));
              }
              return files;
            });
  }

  private static List<GalleryImage> images(RowSet<Row> rows) {
    List<GalleryImage> images = new ArrayList<>();
    for (Row row : rows) {
      images.add(
          new GalleryImage(
              UUID.fromString(row.getString("id")),
              UUID.fromString(row.getString("job_id")),
              row.getInteger("batch_index"),
              RequestJson.read(new JsonObject(row.getString("request"))),
              row.getLong("seed"),
              row.getString("parameters"),
              row.getLong("bytes"),
              time(row)));
    }
    return images;
  }

  private static Instant time(Row row) {
    return Instant.ofEpochMilli(row.getLong("created_at"));
  }
}
