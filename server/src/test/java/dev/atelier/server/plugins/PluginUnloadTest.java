package dev.atelier.server.plugins;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.atelier.models.catalog.ModelCatalog;
import dev.atelier.models.pipeline.ImageRequest;
import dev.atelier.server.EventLog;
import dev.atelier.server.GradientGenerator;
import dev.atelier.server.http.LiveStudio;
import dev.atelier.server.plugins.PluginStatus.State;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.client.HttpResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a plugin's unload waits for, and who does not wait with it. */
class PluginUnloadTest {
  private static final JsonObject REQUEST =
      new JsonObject()
          .put("prompt", "a fox")
          .put("width", 64)
          .put("height", 64)
          .put("steps", 2)
          .put("seed", 7);

  private static final String MARK =
      "public Map<String, String> annotate(int index) { return Map.of(\"Mark\", \"VERSION\"); }";

  @TempDir private Path data;
  private final GradientGenerator generator = GradientGenerator.held();
  private LiveStudio studio;

  @BeforeEach
  void start() {
    drop("mark", "1.0.0");
    drop("other", "1.0.0");
    studio = LiveStudio.open(data, generator);
  }

  @AfterEach
  void stop() {
    generator.letGo();
    studio.close();
  }

  private void drop(String id, String version) {
    PluginJar.step(id, version, MARK.replace("VERSION", version).replace("Mark", id))
        .write(data.resolve("plugins").resolve(id + ".jar"));
  }

  private PluginStatus await(String id, String version, State state) {
    return PluginWait.until(
        studio.plugins,
        all ->
            all.stream()
                .filter(p -> p.id().equals(id) && p.version().equals(version))
                .filter(p -> p.state() == state)
                .findFirst());
  }

  /** Begins a picture, which takes no step before it is let go. */
  private String begin() throws TimeoutException {
    String job = studio.post("/api/v1/images", REQUEST).bodyAsJsonObject().getString("id");
    studio.rooms.log.await(heard -> heard.stream().anyMatch(e -> EventLog.type(e, "progress")));
    return job;
  }

  private Future<HttpResponse<Buffer>> change(String id, String action) {
    return studio.client.request(HttpMethod.POST, "/api/v1/plugins/" + id + "/" + action).send();
  }

  private String parameters(String job) {
    JsonObject ended = studio.get("/api/v1/jobs/" + job + "?wait=60").bodyAsJsonObject();
    assertEquals("done", ended.getString("state"), ended::encodePrettily);
    return ended.getJsonArray("images").getJsonObject(0).getString("parameters");
  }

  @Test
  void anUnloadThatWaitsForItsPictureHoldsUpNobodyElse() throws TimeoutException {
    String job = begin();
    var marks = change("mark", "disable");
    await("mark", "1.0.0", State.STOPPING);

    drop("third", "1.0.0");
    await("third", "1.0.0", State.RUNNING);
    assertEquals(200, change("third", "disable").await().statusCode());
    assertEquals(
        3, studio.get("/api/v1/plugins").bodyAsJsonObject().getJsonArray("plugins").size());
    await("third", "1.0.0", State.DISABLED);
    assertEquals(200, change("third", "enable").await().statusCode());
    await("mark", "1.0.0", State.STOPPING);
    assertFalse(marks.isComplete(), "its answer says that it has ended");

    generator.letGo();
    assertEquals(200, marks.await().statusCode());
    await("mark", "1.0.0", State.DISABLED);
    assertTrue(parameters(job).contains("mark: 1.0.0"), "it took part until the end");
  }

  @Test
  void onePluginIsExchangedAndOneSwitchedOnAgainWhileTheirPictureIsInHand()
      throws TimeoutException {
    String first = begin();
    drop("mark", "2.0.0");
    await("mark", "1.0.0", State.STOPPING);
    var off = change("other", "disable");
    await("other", "1.0.0", State.STOPPING);
    var on = change("other", "enable");
    String second = studio.post("/api/v1/images", REQUEST).bodyAsJsonObject().getString("id");

    generator.letGo();
    assertEquals(200, off.await().statusCode());
    assertEquals(200, on.await().statusCode());
    String before = parameters(first);
    assertTrue(before.contains("mark: 1.0.0") && before.contains("other: 1.0.0"), before);
    // The next picture waits until both are there again.
    String after = parameters(second);
    assertTrue(after.contains("mark: 2.0.0") && after.contains("other: 1.0.0"), after);
  }

  /**
   * A dependent of a plugin in a picture is ended first, and neither before the picture is done.
   */
  @Test
  void aPluginThatOthersNeedEndsAfterThem() throws TimeoutException {
    PluginJar.step("leaf", "1.0.0", MARK.replace("VERSION", "1.0.0").replace("Mark", "leaf"))
        .manifest("Plugin-Dependencies", "mark")
        .write(data.resolve("plugins").resolve("leaf.jar"));
    await("leaf", "1.0.0", State.RUNNING);
    String job = begin();
    var off = change("mark", "disable");
    await("leaf", "1.0.0", State.STOPPING);
    generator.letGo();
    assertEquals(200, off.await().statusCode());
    await("leaf", "1.0.0", State.WAITING);
    await("mark", "1.0.0", State.DISABLED);
    assertTrue(parameters(job).contains("leaf: 1.0.0"));
  }

  /** Found where versions took turns: such a request was told that its plugin does not run. */
  @Test
  void aRequestThatComesWhileItsPluginIsExchangedWaitsForIt() {
    generator.letGo();
    PluginJar.of("slow", "1.0.0")
        .plugin(
            """
            public class Main implements AtelierPlugin {
              private Path folder;
              public Contributions start(PluginContext context) {
                folder = context.dataFolder();
                return Contributions.builder()
                    .add(Panel.of(Panel.Place.GENERATE, "Slow", "schema.json")).build();
              }
              public void stop() throws Exception {
                Files.writeString(folder.resolve("stopping"), "");
                while (!Files.exists(folder.resolve("go"))) Thread.sleep(5);
              }
            }
            """)
        .file("panel/schema.json", "{\"properties\": {}}")
        .write(data.resolve("plugins").resolve("slow.jar"));
    await("slow", "1.0.0", State.RUNNING);
    Path own = data.resolve("plugins-data").resolve("slow");
    var reloaded = change("slow", "reload");
    PluginWait.until(
        studio.plugins,
        all -> Files.exists(own.resolve("stopping")) ? Optional.of(true) : Optional.empty());
    JsonObject request =
        REQUEST.copy().put("plugins", new JsonObject().put("slow", new JsonObject()));
    var queued = studio.client.request(HttpMethod.POST, "/api/v1/images").sendJsonObject(request);
    // Answered behind it, so that it has come.
    studio.get("/api/v1/plugins");
    write(own.resolve("go"));
    assertEquals(202, queued.await().statusCode());
    assertEquals(200, reloaded.await().statusCode());
  }

  /**
   * A look at the folder that came behind the end started a plugin again, which then was cut off
   * with the studio, taken for broken and off at the next start.
   */
  @Test
  void aStudioThatClosesStartsNoPluginAgain() throws Exception {
    Path own = data.resolve("closing");
    PluginJar.of("slow", "1.0.0")
        .plugin(
            """
            public class Main implements AtelierPlugin {
              private Path folder;
              public Contributions start(PluginContext context) throws Exception {
                folder = context.dataFolder();
                Files.createTempFile(folder, "start", "");
                return Contributions.builder().add((GenerationStep) o -> Optional.of(new PicturePart() {})).build();
              }
              public void stop() throws Exception {
                Files.writeString(folder.resolve("stopping"), "");
                while (!Files.exists(folder.resolve("go"))) Thread.sleep(5);
              }
            }
            """)
        .write(own.resolve("plugins").resolve("slow.jar"));
    PluginPlaces places = PluginPlaces.in(own);
    PluginHost host =
        PluginHost.open(
            places,
            PluginLimits.USUAL,
            studio.rooms.events,
            () -> ModelCatalog.scan(List.of()),
            job -> {});
    PictureParts picture =
        host.open(UUID.randomUUID(), ImageRequest.builder("x").setPrompt("a fox").build());
    CompletableFuture<Void> closing = CompletableFuture.runAsync(() -> close(host));
    Path kept = places.data().resolve("slow");
    PluginWait.until(
        host, all -> Files.exists(kept.resolve("stopping")) ? Optional.of(true) : Optional.empty());
    // The last picture's end asks for a look.
    picture.close();
    write(kept.resolve("go"));
    closing.get(60, TimeUnit.SECONDS);
    try (var files = Files.list(kept)) {
      assertEquals(
          1, files.filter(file -> file.getFileName().toString().startsWith("start")).count());
    }
    assertFalse(Files.exists(places.switches()), "nothing is taken for broken");
  }

  private static void close(PluginHost host) {
    try {
      host.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void write(Path file) {
    try {
      Files.writeString(file, "");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
