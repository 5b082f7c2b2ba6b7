package dev.atelier.server.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.SqlConnection;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DatabaseTest {
  @TempDir private Path folder;
  private final Vertx vertx = Vertx.vertx();
  private Database database;

  @BeforeEach
  void open() {
    database = Database.open(vertx, folder.resolve("atelier.db")).await();
  }

  @AfterEach
  void close() {
    vertx.close().await();
  }

  @Test
  void writesAheadAndSyncsEveryCommitAndHoldsForeignKeys() {
    assertEquals("wal", pragma("journal_mode"));
    assertEquals("2", pragma("synchronous"));
    assertEquals("1", pragma("foreign_keys"));
    assertEquals("10000", pragma("busy_timeout"));
  }

  private String pragma(String name) {
    return database
        .transaction(
            sql ->
                sql.query("pragma " + name)
                    .execute()
                    .map(rows -> rows.iterator().next().getValue(0).toString()))
        .await();
  }

  @Test
  void failedTransactionLeavesNothingAndTheNextOneIsCommitted() {
    Future<Void> failing =
        database.transaction(
            sql -> insert(sql, "one").compose(done -> Future.failedFuture("no, not that one")));
    assertThrows(Throwable.class, failing::await);
    database.transaction(sql -> insert(sql, "two")).await();
    assertEquals(List.of("two"), idsOfAnotherProcess());
  }

  /** With auto-commit left off, as the client does, a statement may look done and be lost. */
  @Test
  void everyTransactionIsSeenByAnotherConnectionAtOnce() {
    List<String> expected = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      String id = "job" + i;
      database.transaction(sql -> insert(sql, id)).await();
      expected.add(id);
      assertEquals(expected, idsOfAnotherProcess());
    }
  }

  @Test
  void transactionsThatOverlapAllTakePlace() {
    List<Future<Void>> all =
        IntStream.range(0, 100)
            .mapToObj(i -> database.transaction(sql -> insert(sql, "job%03d".formatted(i))))
            .toList();
    Future.all(all).await();
    assertEquals(100, idsOfAnotherProcess().size());
  }

  @Test
  void openingAgainKeepsWhatIsThere() {
    database.transaction(sql -> insert(sql, "kept")).await();
    database.close().await();
    database = Database.open(vertx, folder.resolve("atelier.db")).await();
    assertEquals(List.of("kept"), idsOfAnotherProcess());
  }

  @Test
  void folderMayHaveAnyName() throws IOException {
    Path odd = Files.createDirectories(folder.resolve("50% ofß? #1;a=b"));
    Database there = Database.open(vertx, odd.resolve("atelier.db")).await();
    there.transaction(sql -> insert(sql, "there")).await();
    there.close().await();
    assertTrue(Files.size(odd.resolve("atelier.db")) > 0);
  }

  private static Future<Void> insert(SqlConnection sql, String id) {
    return sql.query(
            "insert into jobs (id, state, request, created_at) values ('%s', 'queued', '{}', 0)"
                .formatted(id))
        .execute()
        .mapEmpty();
  }

  private List<String> idsOfAnotherProcess() {
    Database other = Database.open(vertx, folder.resolve("atelier.db")).await();
    List<String> ids =
        other
            .transaction(
                sql ->
                    sql.query("select id from jobs order by id")
                        .execute()
                        .map(
                            rows -> {
                              List<String> found = new ArrayList<>();
                              rows.forEach(row -> found.add(row.getString(0)));
                              return found;
                            }))
            .await();
    other.close().await();
    return ids;
  }

  @Test
  void dataFolderIsForOneStudioAtATime() throws IOException {
    Path data = folder.resolve("new").resolve("data");
    DataFolder first = DataFolder.open(data);
    IOException refused = assertThrows(IOException.class, () -> DataFolder.open(data));
    assertTrue(refused.getMessage().contains("Another Atelier is running"), refused.getMessage());
    first.close();
    DataFolder.open(data).close();
  }
}
