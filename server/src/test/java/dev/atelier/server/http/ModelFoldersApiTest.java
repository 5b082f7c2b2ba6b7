package dev.atelier.server.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.atelier.server.EventLog;
import dev.atelier.server.GradientGenerator;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.client.HttpResponse;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelFoldersApiTest {
  private static final String FOLDERS = "/api/v1/models/folders";

  @TempDir private Path folder;
  private Path webui;
  private LiveStudio studio;

  @BeforeEach
  void open() throws IOException {
    webui = folder.resolve("webui");
    Path checkpoints = Files.createDirectories(webui.resolve("models/Stable-diffusion"));
    Files.writeString(checkpoints.resolve("broken.safetensors"), "this is no safetensors file");
    studio = started(HttpLimits.USUAL.withModelFolders(true));
  }

  @AfterEach
  void close() {
    studio.close();
  }

  private LiveStudio started(HttpLimits limits) {
    return LiveStudio.open(folder.resolve("data"), GradientGenerator.free(), limits);
  }

  private HttpResponse<Buffer> add(Object path) {
    return studio.post(FOLDERS, new JsonObject().put("path", path.toString()));
  }

  private JsonObject list() {
    return studio.get(FOLDERS).bodyAsJsonObject();
  }

  private static JsonObject folder(JsonObject list, int at) {
    return list.getJsonArray("folders").getJsonObject(at);
  }

  private <T> List<T> models(Function<JsonObject, T> what) {
    JsonArray models = studio.get("/api/v1/models").bodyAsJsonObject().getJsonArray("models");
    return models.stream().map(model -> what.apply((JsonObject) model)).toList();
  }

  private static boolean toldOnce(List<JsonObject> events) {
    return events.stream().filter(event -> EventLog.type(event, "models")).count() == 1;
  }

  @Test
  void aFolderIsAddedListedKeptAndTakenOff() throws TimeoutException {
    JsonObject storybook = folder(list(), 0);
    assertEquals(
        new JsonObject()
            .put("id", null)
            .put("path", LiveStudio.STORYBOOK.normalize().toString())
            .put("origin", "named")
            .put("layout", "diffusers")
            .put("models", 1)
            .put("problem", null),
        storybook);
    assertTrue(list().getBoolean("changeable"));

    HttpResponse<Buffer> added = add(webui);
    assertEquals(201, added.statusCode(), added.bodyAsString());
    JsonObject mine = folder(added.bodyAsJsonObject(), 1);
    assertEquals(webui.toString(), mine.getString("path"));
    assertEquals("added", mine.getString("origin"));
    assertEquals("a1111", mine.getString("layout"));
    assertEquals(1, mine.getInteger("models"));
    assertEquals(
        List.of("storybook", "checkpoints/broken"), models(model -> model.getString("id")));
    studio.rooms.log.await(ModelFoldersApiTest::toldOnce);

    studio.close();
    studio = started(HttpLimits.USUAL.withModelFolders(true));
    assertEquals(mine, folder(list(), 1));

    HttpResponse<Buffer> gone = studio.delete(FOLDERS + "/" + mine.getString("id"));
    assertEquals(200, gone.statusCode(), gone.bodyAsString());
    assertEquals(new JsonArray().add(storybook), gone.bodyAsJsonObject().getJsonArray("folders"));
    assertEquals(List.of("storybook"), models(model -> model.getString("id")));
    studio.rooms.log.await(ModelFoldersApiTest::toldOnce);
    assertTrue(Files.exists(webui.resolve("models/Stable-diffusion/broken.safetensors")));
    assertEquals(404, studio.delete(FOLDERS + "/" + mine.getString("id")).statusCode());
  }

  @Test
  void oneThatHasGoneStaysAndSaysSo() throws IOException {
    add(webui);
    Files.move(webui, folder.resolve("elsewhere"));
    studio.close();
    studio = started(HttpLimits.USUAL.withModelFolders(true));
    JsonObject missing = folder(list(), 1);
    assertTrue(
        missing.getString("problem").startsWith(webui + " is not there; connect its disk, or"),
        missing.encode());
    assertNull(missing.getString("layout"));
    Files.move(folder.resolve("elsewhere"), webui);
    studio.post("/api/v1/models/rescan", Buffer.buffer());
    assertNull(folder(list(), 1).getString("problem"));
  }

  @Test
  void whatCannotBeOneIsToldAtTheField() {
    assertEquals("path", add("").bodyAsJsonObject().getString("field"));
    assertEquals(400, add("models").statusCode());
    assertEquals(404, add(folder.resolve("nowhere")).statusCode());
    assertEquals(400, add(folder.resolve("data/gallery")).statusCode());
    assertEquals(409, add(LiveStudio.STORYBOOK).statusCode());
    add(webui);
    HttpResponse<Buffer> again = add(webui.resolve("models"));
    assertEquals(409, again.statusCode());
    assertEquals("path", again.bodyAsJsonObject().getString("field"));
  }

  @Test
  void aStudioThatOthersReachChangesNothing() {
    add(webui);
    String id = folder(list(), 1).getString("id");
    studio.close();
    studio = started(HttpLimits.USUAL);
    assertFalse(list().getBoolean("changeable"));
    assertEquals(webui.toString(), folder(list(), 1).getString("path"));
    for (HttpResponse<Buffer> refused :
        List.of(
            add(folder),
            studio.delete(FOLDERS + "/" + id),
            studio.delete(FOLDERS + "/" + UUID.randomUUID()))) {
      assertEquals(403, refused.statusCode());
      assertTrue(
          refused.bodyAsJsonObject().getString("detail").endsWith("with --folders-over-http."));
    }
    assertEquals(2, list().getJsonArray("folders").size());
  }
}
