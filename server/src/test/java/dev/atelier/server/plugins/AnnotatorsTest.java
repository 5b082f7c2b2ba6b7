package dev.atelier.server.plugins;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.atelier.server.GradientGenerator;
import dev.atelier.server.http.LiveStudio;
import dev.atelier.server.imaging.PictureEncoder;
import dev.atelier.server.plugins.PluginStatus.State;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.client.HttpResponse;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Control maps over HTTP, from an annotator that works and from ones that do not. */
class AnnotatorsTest {
  @TempDir private Path data;
  private LiveStudio studio;
  private String input;

  @BeforeEach
  void start() throws IOException {
    studio = LiveStudio.open(data, GradientGenerator.free());
    byte[] png = PictureEncoder.PNG.encode(new BufferedImage(24, 16, BufferedImage.TYPE_INT_RGB));
    input = studio.rooms.inputs.add(png).await().id();
  }

  @AfterEach
  void stop() {
    System.clearProperty("atelier.test.annotating");
    System.clearProperty("atelier.test.go");
    studio.close();
  }

  private PluginStatus drop(String id, String code, State state) {
    LevelAnnotator.jar(id, code).write(data.resolve("plugins").resolve("maps.jar"));
    return await(state);
  }

  private PluginStatus await(State state) {
    return PluginWait.until(
        studio.plugins, all -> all.stream().filter(p -> p.state() == state).findFirst());
  }

  private static JsonObject picture(String id) {
    return new JsonObject().put("picture", new JsonObject().put("id", id));
  }

  private HttpResponse<Buffer> annotate(JsonObject parameters) {
    return studio.post(
        "/api/v1/annotators/maps.level", picture(input).put("parameters", parameters));
  }

  private static int level(HttpResponse<Buffer> response) throws IOException {
    assertEquals(200, response.statusCode(), response::bodyAsString);
    assertEquals("image/png", response.getHeader("Content-Type"));
    BufferedImage map = ImageIO.read(new ByteArrayInputStream(response.body().getBytes()));
    assertEquals(24, map.getWidth());
    assertEquals(16, map.getHeight());
    assertEquals(0xFF000000, map.getRGB(0, 1));
    return map.getRGB(23, 0) & 0xFFFFFF;
  }

  @Test
  void aMapIsMadeWithTheParametersOrTheirDefaults() throws IOException {
    drop("level", "", State.RUNNING);
    JsonArray list = studio.get("/api/v1/annotators").bodyAsJsonObject().getJsonArray("annotators");
    assertEquals(1, list.size());
    assertEquals("maps.level", list.getJsonObject(0).getString("id"));
    assertEquals(
        new JsonObject(LevelAnnotator.SCHEMA), list.getJsonObject(0).getJsonObject("schema"));
    assertEquals(200, level(annotate(new JsonObject())));
    assertEquals(7, level(annotate(new JsonObject().put("level", 7))));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "level | 300 | parameters | must be a whole number from 0 to 255",
        "depth | 1 | parameters | has no parameter “depth”",
        "level | 251 | level | Too bright; take less."
      })
  void whatIsWrongWithTheRequestIsSaidAndThePluginStays(
      String name, int value, String field, String sentence) throws IOException {
    drop("level", "", State.RUNNING);
    HttpResponse<Buffer> response = annotate(new JsonObject().put(name, value));
    assertEquals(400, response.statusCode());
    assertTrue(response.bodyAsString().contains(sentence), response::bodyAsString);
    assertTrue(response.bodyAsString().contains("\"" + field + "\""), response::bodyAsString);
    assertEquals(200, level(annotate(new JsonObject())));
  }

  @Test
  void whatIsNotThereIsSaid() {
    assertEquals(404, annotate(new JsonObject()).statusCode());
    HttpResponse<Buffer> response =
        studio.post("/api/v1/annotators/maps.level", picture("0".repeat(64)));
    assertEquals(400, response.statusCode());
    assertTrue(response.bodyAsString().contains("/api/v1/inputs"), response::bodyAsString);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "if (true) throw new IllegalStateException(\"boom\"); | threw IllegalStateException (boom)",
        "if (true) return null; | threw NullPointerException (no picture)",
        "picture = picture.getSubimage(0, 0, 8, 8); | the picture's size must stay",
        "for (;;) try { Thread.sleep(20); } catch (InterruptedException e) { break; }"
            + " | did not return within 3 s when asked to annotate a picture"
      })
  void anAnnotatorThatFailsIsSwitchedOffWithItsPlugin(String code, String sentence) {
    drop("level", code, State.RUNNING);
    HttpResponse<Buffer> response = annotate(new JsonObject());
    assertEquals(500, response.statusCode());
    assertTrue(response.bodyAsString().contains(sentence), response::bodyAsString);
    assertTrue(await(State.FAILED).problem().orElseThrow().contains(sentence));
    assertEquals(404, annotate(new JsonObject()).statusCode());
  }

  @Test
  void anAnnotatorWithoutAUsableIdKeepsItsPluginFromStarting() {
    assertEquals(
        "Its annotator's id “a.b” must be small letters, digits and hyphens.",
        drop("a.b", "", State.FAILED).problem().orElseThrow());
  }

  @Test
  void aPluginIsUnloadedOnceItsMapIsMade() throws Exception {
    drop(
        "level",
        """
        System.setProperty("atelier.test.annotating", "yes");
        while (System.getProperty("atelier.test.go") == null) Thread.onSpinWait();
        """,
        State.RUNNING);
    CompletableFuture<HttpResponse<Buffer>> map =
        CompletableFuture.supplyAsync(() -> annotate(new JsonObject()));
    PluginWait.until(
        studio.plugins, all -> Optional.ofNullable(System.getProperty("atelier.test.annotating")));
    CompletableFuture<?> off =
        CompletableFuture.runAsync(
            () -> studio.post("/api/v1/plugins/maps/disable", new JsonObject()));
    await(State.STOPPING);
    System.setProperty("atelier.test.go", "yes");
    assertEquals(200, level(map.join()));
    off.join();
    await(State.DISABLED);
  }
}
