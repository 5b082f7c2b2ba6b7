package dev.atelier.server.events;

import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.json.JsonObject;
import java.util.UUID;

/**
 * What happens in the studio, on the event bus: in a cluster every node hears every event.
 * Listeners hear what one thread published in the order in which it did. Thread-safe.
 */
public final class StudioEvents {
  private static final String EVENTS = "atelier.events";
  private static final String PREVIEWS = "atelier.previews";
  private static final String CANCELS = "atelier.cancels";
  private final EventBus bus;

  public StudioEvents(Vertx vertx) {
    this.bus = vertx.eventBus();
  }

  /** Tells every listener. An event is the JSON object that the pages get, less its {@code seq}. */
  public void publish(JsonObject event) {
    bus.publish(EVENTS, event);
  }

  /** Hears every event from now on. */
  public MessageConsumer<JsonObject> listen(Handler<JsonObject> handler) {
    return bus.consumer(EVENTS, message -> handler.handle(message.body()));
  }

  /** Shows a picture that is being made as it stands. */
  public void publish(PreviewFrame frame) {
    bus.publish(PREVIEWS, frame.bytes());
  }

  /** Sees every preview from now on. */
  public MessageConsumer<Buffer> listenToPreviews(Handler<PreviewFrame> handler) {
    return bus.consumer(PREVIEWS, message -> handler.handle(PreviewFrame.of(message.body())));
  }

  /** Asks whoever runs the job to end it at the next step. */
  public void requestCancel(UUID job) {
    bus.publish(CANCELS, job.toString());
  }

  /** Hears of every running job that shall be cancelled. */
  public MessageConsumer<String> listenToCancels(Handler<UUID> handler) {
    return bus.consumer(CANCELS, message -> handler.handle(UUID.fromString(message.body())));
  }
}
