package dev.atelier.server.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.atelier.server.GradientGenerator;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.client.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MemoryApiTest {
  private LiveStudio studio;

  @BeforeEach
  void open(@TempDir Path folder) {
    studio =
        LiveStudio.open(
            folder.resolve("data"), GradientGenerator.free(), List.of(LiveStudio.STORYBOOK));
  }

  @AfterEach
  void close() {
    studio.close();
  }

  private JsonObject memory() {
    return studio.get("/api/v1/system").bodyAsJsonObject().getJsonArray("devices").getJsonObject(0);
  }

  private HttpResponse<Buffer> free(String id) {
    return studio.client.delete("/api/v1/memory" + id).send().await();
  }

  @Test
  void saysWhatIsInMemoryAndFreesIt() {
    studio.make(new JsonObject().put("prompt", "a robot").put("steps", 1));
    JsonObject model = memory().getJsonArray("models").getJsonObject(0);
    assertEquals("all", model.getString("part"));
    assertEquals(new JsonArray().add("gradients"), model.getJsonArray("models"));
    assertEquals(4096, memory().getLong("peak_bytes"));

    assertEquals(204, free("/" + model.getLong("id")).statusCode());
    assertEquals(0, memory().getLong("used_bytes"));
    assertEquals(4096, memory().getLong("peak_bytes"));
    HttpResponse<Buffer> again = free("/" + model.getLong("id"));
    assertEquals(404, again.statusCode());
    assertTrue(again.bodyAsJsonObject().getString("detail").endsWith("; look again."));
    assertEquals(404, free("/none").statusCode());
  }

  @Test
  void freesEverythingThatIsIdle() {
    studio.make(new JsonObject().put("prompt", "a robot").put("steps", 1));
    HttpResponse<Buffer> answer = free("");
    assertEquals(200, answer.statusCode());
    JsonArray devices = answer.bodyAsJsonObject().getJsonArray("devices");
    assertEquals(0, devices.getJsonObject(0).getLong("used_bytes"));
  }
}
