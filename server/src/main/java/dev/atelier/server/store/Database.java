package dev.atelier.server.store;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.jdbcclient.JDBCPool;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PoolOptions;
import io.vertx.sqlclient.SqlConnection;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.function.Function;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteDataSource;

/**
 * The data base. Its only door is {@link #transaction}: the JDBC client leaves auto-commit off on a
 * connection that has seen a transaction (vertx-jdbc-client issue 356), so that a statement outside
 * of one might never be committed.
 */
public final class Database {
  private static final int BUSY_TIMEOUT_MS = 10_000;
  private final Pool pool;

  private Database(Pool pool) {
    this.pool = pool;
  }

  /** Opens the SQLite file, made when it is not there, and brings its tables up to date. */
  public static Future<Database> open(Vertx vertx, Path file) {
    DataSource source = sqlite(file);
    return vertx
        .executeBlocking(
            () ->
                Flyway.configure()
                    .dataSource(source)
                    .locations("classpath:db/migration")
                    .load()
                    .migrate())
        .map(
            migrated ->
                // SQLite has one writer at a time anyway, and with one connection transactions
                // queue up in the pool in the order they were asked for instead of colliding.
                new Database(
                    JDBCPool.pool(
                        vertx, source, new PoolOptions().setMaxSize(1).setConnectionTimeout(0))));
  }

  private static DataSource sqlite(Path file) {
    SQLiteConfig config = new SQLiteConfig();
    config.setJournalMode(SQLiteConfig.JournalMode.WAL);
    // WAL's usual NORMAL may lose the last commits when the power fails: a job that was accepted
    // must not be lost.
    config.setSynchronous(SQLiteConfig.SynchronousMode.FULL);
    config.enforceForeignKeys(true);
    return source(config, file);
  }

  /**
   * Looks into the SQLite file, whether a studio runs on it or not: nothing can be written, and its
   * tables may be those of an older Atelier. Blocks.
   */
  public static Connection look(Path file) throws SQLException {
    SQLiteConfig config = new SQLiteConfig();
    config.setReadOnly(true);
    return source(config, file).getConnection();
  }

  private static DataSource source(SQLiteConfig config, Path file) {
    config.setBusyTimeout(BUSY_TIMEOUT_MS);
    SQLiteDataSource source = new SQLiteDataSource(config);
    // As a URI, so that no character of a folder's name is taken for an option.
    source.setUrl("jdbc:sqlite:" + file.toUri());
    return source;
  }

  /** Runs {@code work} in one transaction: committed when its future succeeds, else rolled back. */
  public <T> Future<T> transaction(Function<SqlConnection, Future<T>> work) {
    return pool.withTransaction(work);
  }

  public Future<Void> close() {
    return pool.close();
  }
}
