package dev.atelier.server.events;

import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ClientWebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;

/** A page's end of the WebSocket. */
public final class EventsClient {
  /** Held on to, because a client that is not is closed with all its connections. */
  private final WebSocketClient client;

  private final ClientWebSocket socket;
  private final List<JsonObject> texts = new ArrayList<>();
  private final List<Preview> previews = new ArrayList<>();
  private final List<Waiter> waiters = new ArrayList<>();
  private boolean closed;

  /** A preview frame, less its picture. */
  public record Preview(UUID job, int index, int step) {
    static Preview of(Buffer frame) {
      return new Preview(
          new UUID(frame.getLong(4), frame.getLong(12)),
          frame.getUnsignedByte(1),
          frame.getUnsignedShort(2));
    }
  }

  private record Waiter(BooleanSupplier condition, Promise<Void> promise) {}

  private EventsClient(WebSocketClient client) {
    this.client = client;
    this.socket = client.webSocket();
    socket.textMessageHandler(text -> heard(() -> texts.add(new JsonObject(text))));
    socket.binaryMessageHandler(frame -> heard(() -> previews.add(Preview.of(frame))));
    socket.closeHandler(end -> heard(() -> closed = true));
  }

  /** Connects; misses nothing that is sent. */
  public static EventsClient connect(Vertx vertx, int port) {
    EventsClient client =
        new EventsClient(
            vertx.createWebSocketClient(
                new WebSocketClientOptions().setMaxMessageSize(1 << 24).setClosingTimeout(0)));
    client.socket.connect(port, "127.0.0.1", "/api/v1/events").await();
    return client;
  }

  private synchronized void heard(Runnable change) {
    change.run();
    waiters.removeIf(waiter -> waiter.condition().getAsBoolean() && waiter.promise().tryComplete());
  }

  private void await(BooleanSupplier condition) throws TimeoutException {
    Promise<Void> promise = Promise.promise();
    synchronized (this) {
      if (condition.getAsBoolean()) {
        return;
      }
      waiters.add(new Waiter(condition, promise));
    }
    promise.future().await(60, TimeUnit.SECONDS);
  }

  /** Waits for the first event. */
  public JsonObject first() throws TimeoutException {
    awaitText(1);
    return texts().get(0);
  }

  public void awaitText(int count) throws TimeoutException {
    await(() -> texts.size() >= count);
  }

  /** Waits until the events that were heard satisfy {@code condition}. */
  public void awaitTexts(Predicate<List<JsonObject>> condition) throws TimeoutException {
    await(() -> condition.test(texts));
  }

  public void awaitPreviews(int count) throws TimeoutException {
    await(() -> previews.size() >= count);
  }

  public void awaitPreview(Predicate<Preview> wanted) throws TimeoutException {
    await(() -> previews.stream().anyMatch(wanted));
  }

  /** Waits until the server has closed the connection; the status it gave. */
  public int awaitClose() throws TimeoutException {
    await(() -> closed);
    return socket.closeStatusCode();
  }

  public synchronized List<JsonObject> texts() {
    return List.copyOf(texts);
  }

  public synchronized List<Preview> previews() {
    return List.copyOf(previews);
  }

  public synchronized boolean closed() {
    return closed;
  }

  /** Reads nothing more, as a page on a slow line. */
  public void pause() {
    socket.pause();
  }

  public void resume() {
    socket.resume();
  }

  public void close() {
    socket.close().await();
    client.close().await();
  }
}
