package dev.atelier.server.http;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.atelier.server.AtelierServer;
import dev.atelier.server.ServerConfig;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.client.WebClient;
import io.vertx.ext.web.client.WebClientOptions;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The built-in model on the studio's own engine: however a picture is asked for, it is the same.
 */
class SamePictureTest {
  private final Vertx vertx = Vertx.vertx();
  private AtelierServer server;
  private WebClient client;

  @BeforeEach
  void start(@TempDir Path data) {
    server =
        AtelierServer.start(
                new ServerConfig(
                    LiveStudio.HOST, 0, data, List.of(), LiveStudio.STORYBOOK, List.of()))
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

  @Test
  void comesOutOfEveryDoor() throws IOException {
    JsonObject image =
        made(
            new JsonObject()
                .put("prompt", "a red fox")
                .put("negative_prompt", "rain")
                .put("width", 64)
                .put("height", 64)
                .put("steps", 3)
                .put("guidance_scale", 5)
                .put("sampler", "DPM++ 2M Karras")
                .put("batch_size", 2));
    JsonObject request = image.getJsonObject("request");

    JsonObject again = made(request.copy().put("seed", image.getLong("seed")).put("batch_size", 1));
    assertAlike(pixels(file(image)), pixels(file(again)));

    JsonObject theirs =
        new JsonObject()
            .put("prompt", "a red fox")
            .put("negative_prompt", "rain")
            .put("width", 64)
            .put("height", 64)
            .put("steps", 3)
            .put("cfg_scale", 5)
            .put("sampler_name", "DPM++ 2M")
            .put("scheduler", "Karras")
            .put("seed", image.getLong("seed"));
    JsonObject answer =
        client.post("/sdapi/v1/txt2img").sendJsonObject(theirs).await().bodyAsJsonObject();
    byte[] png = Base64.getDecoder().decode(answer.getJsonArray("images").getString(0));
    assertArrayEquals(pixels(file(again)), pixels(png), "asked for as AUTOMATIC1111's clients do");
  }

  /** A matrix product of another size may be added up in another order. */
  private static void assertAlike(int[] batch, int[] alone) {
    for (int i = 0; i < batch.length; i++) {
      for (int shift = 0; shift <= 16; shift += 8) {
        assertEquals((batch[i] >> shift) & 0xFF, (alone[i] >> shift) & 0xFF, 2, "pixel " + i);
      }
    }
  }

  /** The second picture of a batch. */
  private JsonObject made(JsonObject request) {
    JsonObject job =
        client.post("/api/v1/images").sendJsonObject(request).await().bodyAsJsonObject();
    String wait = "/api/v1/jobs/" + job.getString("id") + "?wait=60";
    do {
      job = client.get(wait).send().await().bodyAsJsonObject();
    } while (job.getString("finished_at") == null);
    assertEquals("done", job.getString("state"), job::encodePrettily);
    int last = request.getInteger("batch_size") - 1;
    return job.getJsonArray("images").getJsonObject(last);
  }

  private byte[] file(JsonObject image) {
    return client.get(image.getString("url")).send().await().body().getBytes();
  }

  private static int[] pixels(byte[] png) throws IOException {
    BufferedImage image = ImageIO.read(new ByteArrayInputStream(png));
    return image.getRGB(0, 0, image.getWidth(), image.getHeight(), null, 0, image.getWidth());
  }
}
