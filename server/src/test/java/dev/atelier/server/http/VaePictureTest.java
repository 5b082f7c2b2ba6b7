package dev.atelier.server.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.atelier.server.AtelierServer;
import dev.atelier.server.ServerConfig;
import dev.atelier.server.metadata.PngParameters;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.client.HttpResponse;
import io.vertx.ext.web.client.WebClient;
import io.vertx.ext.web.client.WebClientOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A VAE in place of the model's own, through every door, on the studio's own engine. */
class VaePictureTest {
  private static final String WEIGHTS = "diffusion_pytorch_model.safetensors";
  private final Vertx vertx = Vertx.vertx();
  private AtelierServer server;
  private WebClient client;

  @BeforeEach
  void start(@TempDir Path folder) throws IOException {
    Path vae = Files.createDirectories(folder.resolve("models/vae/fine"));
    for (String name : List.of("config.json", WEIGHTS)) {
      Files.copy(LiveStudio.STORYBOOK.resolve("vae").resolve(name), vae.resolve(name));
    }
    server =
        AtelierServer.start(
                new ServerConfig(
                    LiveStudio.HOST,
                    0,
                    folder.resolve("data"),
                    List.of(folder.resolve("models")),
                    LiveStudio.STORYBOOK,
                    List.of()))
            .await();
    client =
        WebClient.create(
            vertx,
            new WebClientOptions().setDefaultHost(LiveStudio.HOST).setDefaultPort(server.port()));
  }

  @AfterEach
  void stop() {
    server.close().await();
    vertx.close().await();
  }

  private static JsonObject small() {
    return new JsonObject()
        .put("prompt", "a red fox")
        .put("width", 64)
        .put("height", 64)
        .put("steps", 1)
        .put("seed", 3);
  }

  private HttpResponse<Buffer> post(String path, JsonObject body) {
    return client.post(path).sendJsonObject(body).await();
  }

  private Map<String, String> made(JsonObject request) {
    String id = post("/api/v1/images", request).bodyAsJsonObject().getString("id");
    JsonObject job =
        client.get("/api/v1/jobs/" + id + "?wait=60").send().await().bodyAsJsonObject();
    assertEquals("done", job.getString("state"), job.encode());
    return PngParameters.parse(job.getJsonArray("images").getJsonObject(0).getString("parameters"))
        .fields();
  }

  @Test
  void pictureSaysWhichVaeItWasMadeWith() {
    Map<String, String> fine = made(small().put("vae", "vae/fine"));
    assertEquals("fine", fine.get("VAE"));
    assertEquals(10, fine.get("VAE hash").length());
    assertEquals(10, fine.get("Model hash").length());
    assertEquals(fine, made(small().put("vae", "vae/fine")), "made again, it says the same");
    assertFalse(made(small()).containsKey("VAE"), "nothing there has the model's name");
    // Both VAEs are the same file: in memory once.
    JsonObject system = client.get("/api/v1/system").send().await().bodyAsJsonObject();
    List<JsonObject> vaes =
        system.getJsonArray("devices").getJsonObject(0).getJsonArray("models").stream()
            .map(JsonObject.class::cast)
            .filter(loaded -> loaded.getString("part").equals("vae"))
            .toList();
    assertEquals(1, vaes.size());
    assertEquals(
        new JsonArray().add("vae/fine").add("storybook"), vaes.get(0).getJsonArray("models"));
  }

  @Test
  void vaeThatIsNotThereIsRefusedBeforeItIsQueued() {
    HttpResponse<Buffer> answer = post("/api/v1/images", small().put("vae", "vae/none"));
    assertEquals(422, answer.statusCode());
    assertEquals("vae", answer.bodyAsJsonObject().getString("field"));
    assertEquals(
        "There is no VAE “vae/none”; choose one of the list.",
        answer.bodyAsJsonObject().getString("detail"));
  }

  @Test
  void automatic1111sClientsListAndChooseIt() {
    assertEquals(
        new JsonArray().add(new JsonObject().put("model_name", "fine").put("filename", "vae/fine")),
        client.get("/sdapi/v1/sd-vae").send().await().bodyAsJsonArray());
    JsonObject fine = new JsonObject().put("sd_vae", "fine");
    JsonObject info = txt2img(small().put("override_settings", fine));
    assertEquals("fine", info.getString("sd_vae_name"));
    assertEquals(10, info.getString("sd_vae_hash").length());

    assertEquals(200, post("/sdapi/v1/options", fine).statusCode());
    JsonObject options = client.get("/sdapi/v1/options").send().await().bodyAsJsonObject();
    assertEquals("fine", options.getString("sd_vae"));
    assertTrue(txt2img(small()).getJsonArray("infotexts").getString(0).contains(", VAE: fine,"));
    JsonObject none = new JsonObject().put("sd_vae", "None");
    assertEquals(null, txt2img(small().put("override_settings", none)).getString("sd_vae_name"));
  }

  private JsonObject txt2img(JsonObject request) {
    HttpResponse<Buffer> answer = post("/sdapi/v1/txt2img", request);
    assertEquals(200, answer.statusCode(), answer.bodyAsString());
    return new JsonObject(answer.bodyAsJsonObject().getString("info"));
  }
}
