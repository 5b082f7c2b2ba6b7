package dev.atelier.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.atelier.server.events.EventsClient;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.client.HttpResponse;
import io.vertx.ext.web.client.WebClient;
import java.io.IOException;
import java.net.BindException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole studio with another engine than its own: started, used, stopped, started again. */
class AtelierServerTest {
  @TempDir private Path folder;
  private final List<AtelierServer> running = new ArrayList<>();
  private final Vertx vertx = Vertx.vertx();
  private final WebClient client = WebClient.create(vertx);

  @AfterEach
  void close() {
    running.forEach(server -> server.close().await());
    vertx.close().await();
  }

  private ServerConfig config(int port) {
    return new ServerConfig(
        "127.0.0.1",
        port,
        folder.resolve("data"),
        List.of(folder.resolve("no-models")),
        Path.of("..", "models", "storybook"),
        List.of());
  }

  private AtelierServer start(GradientGenerator generator) {
    AtelierServer server = AtelierServer.start(config(0), (models, pictures) -> generator).await();
    running.add(server);
    return server;
  }

  private JsonObject post(AtelierServer server, long seed) {
    return client
        .post(server.port(), "127.0.0.1", "/api/v1/images")
        .sendJsonObject(new JsonObject().put("prompt", "a fox").put("seed", seed).put("steps", 4))
        .await()
        .bodyAsJsonObject();
  }

  private HttpResponse<Buffer> get(AtelierServer server, String path) {
    return client.get(server.port(), "127.0.0.1", path).send().await();
  }

  private JsonObject ended(AtelierServer server, JsonObject job) {
    return get(server, "/api/v1/jobs/" + job.getString("id") + "?wait=60").bodyAsJsonObject();
  }

  @Test
  void pictureComesOutOfTheFrontDoor() throws Exception {
    AtelierServer server = start(GradientGenerator.free());
    EventsClient page = EventsClient.connect(vertx, server.port());
    assertEquals(AtelierServer.version(), page.first().getString("version"));
    JsonObject done = ended(server, post(server, 7));
    assertEquals("done", done.getString("state"));
    JsonObject image = done.getJsonArray("images").getJsonObject(0);
    assertEquals(image.getInteger("bytes"), get(server, image.getString("url")).body().length());
    assertEquals(200, get(server, image.getString("thumbnail_url")).statusCode());
    server.close().await();
    assertEquals(1001, page.awaitClose());
  }

  @Test
  void stoppedStudioGoesOnWhereItWas() {
    GradientGenerator held = GradientGenerator.held();
    AtelierServer server = start(held);
    JsonObject first = post(server, 1);
    JsonObject second = post(server, 2);
    Future<Void> closed = server.close();
    held.allow(4);
    closed.await();
    assertTrue(held.threads().contains("gpu-worker-0 closed"));
    server = start(GradientGenerator.free());
    assertEquals("done", ended(server, first).getString("state"));
    assertEquals("done", ended(server, second).getString("state"));
    server.close().await();
  }

  @Test
  void secondStudioOnTheSameFolderIsTurnedAway() {
    AtelierServer server = start(GradientGenerator.free());
    Future<AtelierServer> second =
        AtelierServer.start(config(0), (models, pictures) -> GradientGenerator.free());
    IOException refused = assertThrows(IOException.class, second::await);
    assertTrue(refused.getMessage().contains("Another Atelier is running"), refused.getMessage());
    server.close().await();
  }

  @Test
  void startThatFailsLetsGoOfEverything() {
    AtelierServer server = start(GradientGenerator.free());
    server.close().await();
    GradientGenerator unused = GradientGenerator.free();
    AtelierServer blocker = start(GradientGenerator.free());
    ServerConfig taken =
        new ServerConfig(
            "127.0.0.1",
            blocker.port(),
            folder.resolve("other"),
            List.of(),
            Path.of("..", "models", "storybook"),
            List.of());
    assertThrows(
        BindException.class,
        () -> AtelierServer.start(taken, (models, pictures) -> unused).await());
    assertTrue(unused.threads().contains("gpu-worker-0 closed"));
    blocker.close().await();
    // Its folder is free again.
    AtelierServer again =
        AtelierServer.start(
                new ServerConfig(
                    "127.0.0.1",
                    0,
                    taken.dataDir(),
                    List.of(),
                    Path.of("..", "models", "storybook"),
                    List.of()),
                (models, pictures) -> GradientGenerator.free())
            .await();
    again.close().await();
  }

  @Test
  void engineThatDoesNotOpenFailsTheStart() {
    Future<AtelierServer> start =
        AtelierServer.start(
            config(0),
            (models, pictures) -> {
              throw new UnsatisfiedLinkError("no libtorch");
            });
    assertThrows(UnsatisfiedLinkError.class, start::await);
    start(GradientGenerator.free()).close().await();
  }
}
