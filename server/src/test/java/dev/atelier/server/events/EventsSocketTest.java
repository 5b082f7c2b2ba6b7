package dev.atelier.server.events;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.atelier.server.GradientGenerator;
import dev.atelier.server.Requests;
import dev.atelier.server.Rooms;
import dev.atelier.server.jobs.Job;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.UpgradeRejectedException;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.NetSocket;
import io.vertx.ext.web.client.HttpResponse;
import io.vertx.ext.web.client.WebClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EventsSocketTest {
  private static final Duration NEVER = Duration.ofHours(1);
  @TempDir private Path folder;
  private Rooms rooms;
  private int port;

  private void open(EventsSocket.Limits limits) {
    rooms = Rooms.open(folder, limits);
    port = rooms.listen();
  }

  private static EventsSocket.Limits limits(int connections, Duration pingInterval) {
    return new EventsSocket.Limits(connections, 1 << 20, pingInterval, Duration.ofSeconds(10));
  }

  private void open() {
    open(EventsSocket.Limits.DEFAULT);
  }

  private EventsClient connect() {
    return EventsClient.connect(rooms.vertx, port);
  }

  @AfterEach
  void close() {
    rooms.close();
  }

  @Test
  void helloHoldsTheStateOfThings() throws TimeoutException {
    open();
    GradientGenerator generator = GradientGenerator.held();
    rooms.work(generator);
    Job running = rooms.queue.submit(Requests.small(1)).await();
    Job queued = rooms.queue.submit(Requests.small(2)).await();
    rooms.log.awaitChange("running 1");
    JsonObject hello = connect().first();
    assertEquals("hello", hello.getString("type"));
    assertEquals(0, hello.getInteger("seq"));
    assertEquals("test", hello.getString("version"));
    assertEquals(new JsonObject().put("queued", 1).put("running", 1), hello.getJsonObject("queue"));
    assertEquals("cpu", hello.getJsonObject("system").getString("device"));
    assertEquals(
        List.of(running.id().toString(), queued.id().toString()),
        hello.getJsonArray("jobs").stream()
            .map(job -> ((JsonObject) job).getString("id"))
            .toList());
    generator.allow(8);
  }

  @Test
  void eventsAreNumberedWithoutAGap() throws TimeoutException {
    open();
    EventsClient client = connect();
    client.first();
    for (int i = 0; i < 200; i++) {
      rooms.events.publish(new JsonObject().put("type", "models").put("n", i));
    }
    client.awaitText(201);
    List<JsonObject> events = client.texts();
    assertEquals(
        LongStream.rangeClosed(0, 200).boxed().toList(),
        events.stream().map(event -> event.getLong("seq")).toList());
    assertEquals(
        IntStream.range(0, 200).boxed().toList(),
        events.stream().skip(1).map(event -> event.getInteger("n")).toList());
  }

  @Test
  void pageThatComesBackSeesThePictureAsItStands() throws TimeoutException {
    open();
    GradientGenerator generator = GradientGenerator.held();
    rooms.work(generator);
    EventsClient first = connect();
    first.first();
    Job job = rooms.queue.submit(Requests.of("a fox", 1, 4, 2)).await();
    generator.allow(1);
    first.awaitPreviews(2);
    EventsClient second = connect();
    second.awaitPreviews(2);
    assertEquals(first.previews(), second.previews());
    assertEquals(job.id(), second.previews().get(0).job());
    assertEquals(
        List.of(0, 1), second.previews().stream().map(EventsClient.Preview::index).toList());
    generator.allow(3);
    rooms.log.awaitChange("done 1");
    EventsClient third = connect();
    third.first();
    // The hello would have come before the previews, so another event shows that there are none.
    rooms.events.publish(new JsonObject().put("type", "models"));
    third.awaitText(2);
    assertEquals(List.of(), third.previews());
  }

  @Test
  void pageThatReadsNothingGetsTheNewestPreviewsOnly() throws TimeoutException {
    open();
    EventsClient client = connect();
    client.first();
    client.pause();
    Job job = rooms.queue.submit(Requests.of("a fox", 1, 4, 2)).await();
    rooms.queue.claim().await();
    byte[] large = new byte[200_000];
    int steps = 300;
    for (int step = 1; step <= steps; step++) {
      for (int index = 0; index < 2; index++) {
        rooms.events.publish(PreviewFrame.of(job.id(), index, step, large));
      }
    }
    // All of them have passed the socket when this one, which comes after them, has.
    rooms.events.publish(new JsonObject().put("type", "models"));
    rooms.log.await(
        events -> events.stream().anyMatch(event -> event.getString("type").equals("models")));
    client.resume();
    client.awaitPreview(preview -> preview.index() == 1 && preview.step() == steps);
    client.awaitPreview(preview -> preview.index() == 0 && preview.step() == steps);
    List<EventsClient.Preview> seen = client.previews();
    assertTrue(seen.size() < steps, seen.size() + " of " + 2 * steps + " were sent");
    for (int index = 0; index < 2; index++) {
      int picture = index;
      List<Integer> order =
          seen.stream()
              .filter(preview -> preview.index() == picture)
              .map(EventsClient.Preview::step)
              .toList();
      assertEquals(order.stream().sorted().toList(), order);
    }
  }

  @Test
  void pageThatFallsBehindIsSentAway() throws TimeoutException {
    open(limits(8, NEVER));
    EventsClient slow = connect();
    slow.first();
    slow.pause();
    EventsClient quick = connect();
    quick.first();
    String padding = "x".repeat(50_000);
    int sent = 400;
    for (int i = 0; i < sent; i++) {
      rooms.events.publish(new JsonObject().put("type", "models").put("padding", padding));
      quick.awaitText(i + 2);
    }
    slow.resume();
    assertEquals(1013, slow.awaitClose());
    assertTrue(slow.texts().size() < sent, "the slow page was sent everything");
    assertFalse(quick.closed());
  }

  @Test
  void oneConnectionTooManyIsRefusedAndMayComeBackLater() {
    open(limits(2, NEVER));
    EventsClient one = connect();
    connect();
    UpgradeRejectedException refused = assertThrows(UpgradeRejectedException.class, this::connect);
    assertEquals(503, refused.getStatus());
    one.close();
    connectOnceThereIsRoom();
  }

  /** The server hears of a connection's end a moment later than the client. */
  private void connectOnceThereIsRoom() {
    while (true) {
      try {
        connect();
        return;
      } catch (Exception e) {
        assertEquals(UpgradeRejectedException.class, e.getClass());
      }
    }
  }

  /** More is sent than the system's buffers hold, so that not even the goodbye leaves. */
  @Test
  void pageThatReadsNothingAtAllIsCutOff() throws TimeoutException {
    open(new EventsSocket.Limits(1, 1 << 24, NEVER, Duration.ofMillis(1)));
    EventsClient stuck = connect();
    stuck.first();
    stuck.pause();
    String padding = "x".repeat(500_000);
    for (int i = 0; i < 60; i++) {
      rooms.events.publish(new JsonObject().put("type", "models").put("padding", padding));
    }
    connectOnceThereIsRoom();
  }

  @Test
  void requestThatIsNoHandshakeIsTold() {
    open();
    WebClient client = WebClient.create(rooms.vertx);
    HttpResponse<Buffer> plain = client.get(port, "127.0.0.1", "/api/v1/events").send().await();
    assertEquals(426, plain.statusCode());
    assertEquals("websocket", plain.getHeader("Upgrade"));
    HttpResponse<Buffer> keyless =
        client
            .get(port, "127.0.0.1", "/api/v1/events")
            .putHeader("Connection", "Upgrade")
            .putHeader("Upgrade", "websocket")
            .putHeader("Sec-WebSocket-Version", "13")
            .send()
            .await();
    assertEquals(400, keyless.statusCode());
    assertFalse(rooms.socket.watched());
  }

  /** By hand, because a WebSocket client answers pings whether it is asked to or not. */
  @Test
  void pageThatDoesNotAnswerPingsIsSentAway() throws TimeoutException {
    open(limits(8, Duration.ofSeconds(2)));
    EventsClient there = connect();
    NetSocket gone = rooms.vertx.createNetClient().connect(port, "127.0.0.1").await();
    String tryAgainLater = "\u0088\u0002\u0003\u00f5";
    StringBuilder received = new StringBuilder();
    Promise<Void> sentAway = Promise.promise();
    gone.handler(
        bytes -> {
          received.append(bytes.toString(StandardCharsets.ISO_8859_1));
          if (received.indexOf(tryAgainLater) >= 0) {
            sentAway.tryComplete();
          }
        });
    gone.write(
        String.join(
            "\r\n",
            "GET /api/v1/events HTTP/1.1",
            "Host: 127.0.0.1",
            "Connection: Upgrade",
            "Upgrade: websocket",
            "Sec-WebSocket-Version: 13",
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
            "",
            ""));
    sentAway.future().await(60, TimeUnit.SECONDS);
    rooms.events.publish(new JsonObject().put("type", "models"));
    there.awaitText(2);
    assertFalse(there.closed());
  }

  @Test
  void stateThatCannotBeReadEndsTheConnection() throws TimeoutException {
    open();
    rooms.database.transaction(sql -> sql.query("drop table jobs").execute()).await();
    assertEquals(1011, connect().awaitClose());
  }

  @Test
  void endOfTheServerIsToldToEveryPage() throws TimeoutException {
    open();
    EventsClient client = connect();
    client.first();
    rooms.socket.close().await();
    assertEquals(1001, client.awaitClose());
  }

  @Test
  void previewsAreWatchedForWhileAPageIsOpen() throws TimeoutException {
    open();
    assertFalse(rooms.socket.watched());
    EventsClient client = connect();
    client.first();
    assertTrue(rooms.socket.watched());
  }
}
