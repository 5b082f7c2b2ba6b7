package dev.atelier.server.security;

import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.PlatformHandler;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Closes connections on which no request is being answered: those kept for later, and those whose
 * request's head trickles in. The socket's own idle time would not do, for a client that waits for
 * its picture is silent too.
 *
 * <p>It is told of connections by {@link #opened} and of requests by being the router's first
 * handler.
 */
public final class IdleConnections implements PlatformHandler {
  private final Vertx vertx;
  private final Duration patience;
  private final Map<HttpConnection, Long> timers = new ConcurrentHashMap<>();

  /**
   * @param patience how long a connection may be without a request
   */
  public IdleConnections(Vertx vertx, Duration patience) {
    this.vertx = vertx;
    this.patience = patience;
  }

  /** The server's connection handler. */
  public Handler<HttpConnection> opened() {
    return connection -> {
      connection.closeHandler(closed -> forget(connection));
      watch(connection);
    };
  }

  @Override
  public void handle(RoutingContext context) {
    HttpConnection connection = context.request().connection();
    forget(connection);
    context.addEndHandler(
        ended -> {
          if (ended.succeeded()) {
            watch(connection);
          }
        });
    context.next();
  }

  private void watch(HttpConnection connection) {
    long timer =
        vertx.setTimer(
            patience.toMillis(),
            id -> {
              timers.remove(connection, id);
              connection.close();
            });
    Long before = timers.put(connection, timer);
    if (before != null) {
      vertx.cancelTimer(before);
    }
  }

  private void forget(HttpConnection connection) {
    Long timer = timers.remove(connection);
    if (timer != null) {
      vertx.cancelTimer(timer);
    }
  }
}
