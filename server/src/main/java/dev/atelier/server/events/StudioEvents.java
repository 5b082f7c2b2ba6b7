package dev.atelier.server.events;

import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.json.JsonObject;

/**
 * What happens in the studio, on the event bus: in a cluster every node hears every event. An event
 * is the JSON object that the pages get, less its {@code seq}.
 */
public final class StudioEvents {
  private static final String ADDRESS = "atelier.events";
  private final EventBus bus;

  public StudioEvents(Vertx vertx) {
    this.bus = vertx.eventBus();
  }

  /** Tells every listener, on every node. */
  public void publish(JsonObject event) {
    bus.publish(ADDRESS, event);
  }

  /** Hears every event from now on, in the order they were published from one thread. */
  public MessageConsumer<JsonObject> listen(Handler<JsonObject> handler) {
    return bus.consumer(ADDRESS, message -> handler.handle(message.body()));
  }
}
