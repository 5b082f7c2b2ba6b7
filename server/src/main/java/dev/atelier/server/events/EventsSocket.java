package dev.atelier.server.events;

import io.vertx.core.Handler;
import io.vertx.ext.web.RoutingContext;

/**
 * The WebSocket of {@code /api/v1/events}: a route's handler that upgrades the request and sends
 * every event from then on. Whether the request may come in at all is decided by the handlers
 * before it.
 */
public final class EventsSocket implements Handler<RoutingContext> {
  @Override
  public void handle(RoutingContext context) {
    context.fail(501);
  }
}
