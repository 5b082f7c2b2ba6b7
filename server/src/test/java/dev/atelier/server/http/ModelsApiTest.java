package dev.atelier.server.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.atelier.models.sampling.Sampler;
import dev.atelier.server.GradientGenerator;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelsApiTest {
  private LiveStudio studio;
  private Path models;

  @BeforeEach
  void open(@TempDir Path folder) throws IOException {
    models = Files.createDirectories(folder.resolve("models"));
    studio =
        LiveStudio.open(
            folder.resolve("data"),
            GradientGenerator.free(),
            List.of(models, LiveStudio.STORYBOOK));
  }

  @AfterEach
  void close() {
    studio.close();
  }

  @Test
  void listsModelsAndTheFoldersTheyAreIn() {
    JsonObject answer = studio.get("/api/v1/models").bodyAsJsonObject();
    JsonObject storybook = model(answer, "storybook");
    assertEquals("checkpoint", storybook.getString("kind"));
    assertEquals(256, storybook.getInteger("default_size"));
    assertTrue(storybook.getBoolean("usable"));
    JsonArray folders = answer.getJsonArray("folders");
    assertNotNull(folders.getJsonObject(0).getString("problem"), "an empty folder is told");
  }

  @Test
  void theFirstPictureOfAModelSaysWhatTheSameOneSaysLater() {
    JsonObject request = new JsonObject().put("prompt", "a robot").put("steps", 1).put("seed", 3);
    String parameters = parameters(studio.make(request));
    JsonObject storybook = model(studio.get("/api/v1/models").bodyAsJsonObject(), "storybook");
    String hash = storybook.getString("sha256");
    assertEquals(64, hash.length());
    assertTrue(parameters.contains(", Model hash: " + hash.substring(0, 10) + ","), parameters);
    assertEquals(parameters, parameters(studio.make(request)));
    JsonObject item = studio.get("/sdapi/v1/sd-models").bodyAsJsonArray().getJsonObject(0);
    assertEquals(hash, item.getString("sha256"));
    assertEquals(hash.substring(0, 10), item.getString("hash"));
  }

  private static String parameters(JsonObject job) {
    return job.getJsonArray("images").getJsonObject(0).getString("parameters");
  }

  @Test
  void looksAgainOnRequest() {
    LiveStudio.brokenModels(models.getParent());
    assertEquals(1, studio.get("/api/v1/models").bodyAsJsonObject().getJsonArray("models").size());
    JsonObject again = studio.post("/api/v1/models/rescan", Buffer.buffer()).bodyAsJsonObject();
    assertFalse(model(again, "checkpoints/broken").getBoolean("usable"));
    assertNotNull(model(again, "checkpoints/broken").getString("problem"));
    assertEquals(again, studio.get("/api/v1/models").bodyAsJsonObject());
  }

  private static JsonObject model(JsonObject answer, String id) {
    return answer.getJsonArray("models").stream()
        .map(JsonObject.class::cast)
        .filter(model -> model.getString("id").equals(id))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void listsTheScheduleTypesOfEachSampler() {
    JsonObject ddim =
        studio.get("/api/v1/samplers").bodyAsJsonObject().getJsonArray("samplers").stream()
            .map(JsonObject.class::cast)
            .filter(sampler -> sampler.getString("name").equals("DDIM"))
            .findFirst()
            .orElseThrow();
    assertEquals(
        new JsonObject()
            .put("name", "DDIM")
            .put("kind", "converging")
            .put(
                "schedule_types",
                new JsonArray().add("Automatic").add("Uniform").add("SGM Uniform"))
            .put("automatic", "Uniform"),
        ddim);
  }

  @Test
  void listsSamplers() {
    assertEquals(
        Arrays.stream(Sampler.values()).map(Sampler::label).toList(),
        studio.get("/api/v1/samplers").bodyAsJsonObject().getJsonArray("samplers").stream()
            .map(sampler -> ((JsonObject) sampler).getString("name"))
            .toList());
  }

  @Test
  void tellsWhatTheStudioIsDoing() {
    JsonObject system = studio.get("/api/v1/system").bodyAsJsonObject();
    assertEquals("test", system.getString("version"));
    assertEquals(
        new JsonObject().put("queued", 0).put("running", 0), system.getJsonObject("queue"));
    assertEquals("UP", studio.get("/health").bodyAsJsonObject().getString("status"));
  }
}
