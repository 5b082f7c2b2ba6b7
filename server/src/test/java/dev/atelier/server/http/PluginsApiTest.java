package dev.atelier.server.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.atelier.server.EventLog;
import dev.atelier.server.GradientGenerator;
import dev.atelier.server.plugins.PluginJar;
import dev.atelier.server.plugins.PluginStatus;
import dev.atelier.server.plugins.PluginStatus.State;
import dev.atelier.server.plugins.PluginWait;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.client.HttpResponse;
import java.nio.file.Path;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PluginsApiTest {
  private static final String SOURCE =
      """
      public class Main implements AtelierPlugin {
        public Contributions start(PluginContext context) {
          return Contributions.builder()
              .add((GenerationStep) order -> order.parameters().map(Part::new))
              .add(Panel.of(Panel.Place.GENERATE, "Tint", "schema.json")
                  .withTemplate("card.hbs").withModule("js/card.js"))
              .optRoutes(call -> switch (call.path()) {
                case "/echo" -> Answer.json("{\\"method\\": \\"" + call.method() + "\\", \\"a\\": \\""
                    + call.query().get("a") + "\\", \\"body\\": " + (call.body().isEmpty() ? "null" : call.body()) + "}");
                case "/page" -> Answer.file("text/html", "<script>alert(1)</script>".getBytes());
                default -> Answer.problem(404, "There is no such thing.");
              })
              .build();
        }
        public long memoryBytes() { return 4096; }
        record Part(Parameters parameters) implements PicturePart {
          public Map<String, String> annotate(int index) {
            return Map.of("Tint", parameters.text("colour", "?") + " " + parameters.number("amount", -1));
          }
        }
      }
      """;

  private static final String SCHEMA =
      """
      {"type": "object", "properties": {
        "amount": {"type": "number", "minimum": 0, "maximum": 1, "default": 0.25},
        "colour": {"type": "string", "enum": ["red", "blue"], "default": "red"}}}
      """;

  @TempDir private Path data;
  private LiveStudio studio;

  @BeforeEach
  void start() {
    PluginJar.of("tint", "1.2.3")
        .plugin(SOURCE)
        .manifest("Plugin-Description", "Tints.")
        .file("panel/schema.json", SCHEMA)
        .file("panel/card.hbs", "<p>{{id}} {{version}}</p>")
        .file("panel/js/card.js", "export const mount = () => {};")
        .write(data.resolve("plugins").resolve("tint.jar"));
    studio = LiveStudio.open(data, GradientGenerator.free());
  }

  @AfterEach
  void stop() {
    studio.close();
  }

  private JsonObject tint() {
    return studio
        .get("/api/v1/plugins")
        .bodyAsJsonObject()
        .getJsonArray("plugins")
        .getJsonObject(0);
  }

  private JsonObject request(JsonObject plugins) {
    return new JsonObject()
        .put("prompt", "a fox")
        .put("width", 64)
        .put("height", 64)
        .put("steps", 1)
        .put("plugins", plugins);
  }

  @Test
  void aPluginThatIsThereAtTheStartRunsAndIsListed() {
    JsonObject plugin = tint();
    assertEquals("tint", plugin.getString("id"));
    assertEquals("1.2.3", plugin.getString("version"));
    assertEquals("Tints.", plugin.getString("description"));
    assertEquals("running", plugin.getString("state"));
    assertEquals(4096, plugin.getInteger("memory_bytes"));
    JsonObject panel = plugin.getJsonArray("panels").getJsonObject(0);
    assertEquals("<p>tint 1.2.3</p>", panel.getString("html"));
    HttpResponse<Buffer> module = studio.get(panel.getString("module"));
    assertEquals("export const mount = () => {};", module.bodyAsString());
    assertEquals("text/javascript; charset=utf-8", module.getHeader("Content-Type"));
    assertTrue(module.getHeader("Cache-Control").contains("immutable"));
  }

  @Test
  void parametersReachThePluginWithDefaults() {
    JsonObject tint = new JsonObject().put("colour", "blue");
    JsonObject job = studio.make(request(new JsonObject().put("tint", tint)));
    JsonObject image = job.getJsonArray("images").getJsonObject(0);
    assertTrue(image.getString("parameters").contains("Tint: blue 0.25"), image::encodePrettily);
    assertEquals(
        new JsonObject().put("amount", 0.25).put("colour", "blue"),
        job.getJsonObject("request").getJsonObject("plugins").getJsonObject("tint"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"tint\": {\"amount\": 2}} | The parameter amount of the plugin tint must be a number from 0 to 1.",
        "{\"tint\": {\"colour\": \"green\"}} | The parameter colour of the plugin tint must be one of red, blue.",
        "{\"tint\": {\"shade\": 1}} | The plugin tint has no parameter “shade”.",
        "{\"other\": {}} | The plugin other does not run; switch it on, or make the picture without it."
      })
  void whatAPluginDoesNotTakeIsRefused(String plugins, String sentence) {
    var response = studio.post("/api/v1/images", request(new JsonObject(plugins)));
    assertEquals(400, response.statusCode());
    assertEquals(sentence, response.bodyAsJsonObject().getString("detail"));
    assertEquals("plugins", response.bodyAsJsonObject().getString("field"));
  }

  @Test
  void aPluginAnswersRequests() {
    JsonObject answer =
        studio.post("/plugins/tint/echo?a=b", new JsonObject().put("c", 1)).bodyAsJsonObject();
    assertEquals(
        new JsonObject()
            .put("method", "POST")
            .put("a", "b")
            .put("body", new JsonObject().put("c", 1)),
        answer);
    HttpResponse<Buffer> missing = studio.get("/plugins/tint/nothing");
    assertEquals(404, missing.statusCode());
    assertEquals("There is no such thing.", missing.bodyAsJsonObject().getString("detail"));
  }

  /** What a plugin hands out may come from anywhere; no browser may run it in the studio's name. */
  @Test
  void aPageOfAPluginIsAFileToSave() {
    HttpResponse<Buffer> page = studio.get("/plugins/tint/page");
    assertEquals("application/octet-stream", page.getHeader("Content-Type"));
    assertEquals("attachment", page.getHeader("Content-Disposition"));
    assertEquals("default-src 'none'; sandbox", page.getHeader("Content-Security-Policy"));
  }

  @Test
  void aPluginIsSwitchedOffAndOnAndStaysOffOverARestart() {
    String module = tint().getJsonArray("panels").getJsonObject(0).getString("module");
    studio.post("/api/v1/plugins/tint/disable", new JsonObject());
    assertEquals("disabled", tint().getString("state"));
    assertTrue(tint().getJsonArray("panels").isEmpty());
    assertEquals(404, studio.get(module).statusCode());
    assertEquals(404, studio.get("/plugins/tint/echo").statusCode());
    studio.close();
    studio = LiveStudio.open(data, GradientGenerator.free());
    assertEquals("disabled", tint().getString("state"));
    studio.post("/api/v1/plugins/tint/enable", new JsonObject());
    assertEquals("running", tint().getString("state"));
  }

  @Test
  void aReloadedPluginIsAnotherToTheBrowser() {
    String before = tint().getJsonArray("panels").getJsonObject(0).getString("module");
    assertEquals(200, studio.post("/api/v1/plugins/tint/reload", new JsonObject()).statusCode());
    assertFalse(before.equals(tint().getJsonArray("panels").getJsonObject(0).getString("module")));
  }

  @Test
  void aRemovedPluginIsGoneWithItsJar() {
    JsonObject left = studio.delete("/api/v1/plugins/tint").bodyAsJsonObject();
    assertTrue(left.getJsonArray("plugins").isEmpty());
    assertTrue(java.nio.file.Files.notExists(data.resolve("plugins").resolve("tint.jar")));
    assertEquals(404, studio.delete("/api/v1/plugins/tint").statusCode());
  }

  /** It waits for the picture that it takes part in, unless the user would rather not. */
  @Test
  void thePictureInHandIsCancelledWhenAskedTo() throws TimeoutException {
    studio.close();
    GradientGenerator generator = GradientGenerator.held();
    studio = LiveStudio.open(data, generator);
    JsonObject tint = new JsonObject().put("tint", new JsonObject());
    String job = studio.post("/api/v1/images", request(tint)).bodyAsJsonObject().getString("id");
    studio.rooms.log.await(heard -> heard.stream().anyMatch(e -> EventLog.type(e, "progress")));
    var answer = post("/api/v1/plugins/tint/disable");
    PluginWait.until(
        studio.plugins, all -> all.stream().filter(p -> p.state() == State.STOPPING).findFirst());
    PluginStatus stopping = studio.plugins.plugins().get(0);
    assertEquals(1, stopping.pictures());
    var cancelled = post("/api/v1/plugins/tint/disable?cancel=true");
    PluginWait.until(
        studio.plugins,
        all ->
            studio.rooms.queue.cancelRequested(UUID.fromString(job))
                ? Optional.of(true)
                : Optional.empty());
    generator.letGo();
    assertEquals(200, answer.await().statusCode());
    assertEquals(200, cancelled.await().statusCode());
    assertEquals(
        "cancelled",
        studio.get("/api/v1/jobs/" + job + "?wait=60").bodyAsJsonObject().getString("state"));
    assertEquals("disabled", tint().getString("state"));
  }

  private Future<HttpResponse<Buffer>> post(String uri) {
    return studio.client.request(HttpMethod.POST, uri).send();
  }
}
