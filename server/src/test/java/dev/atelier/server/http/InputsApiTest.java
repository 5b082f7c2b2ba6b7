package dev.atelier.server.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.atelier.server.GradientGenerator;
import dev.atelier.server.inputs.Photos;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.client.HttpResponse;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pictures that jobs begin with, over HTTP. */
class InputsApiTest {
  private static final String INPUTS = "/api/v1/inputs";
  @TempDir Path folder;

  private LiveStudio open(GradientGenerator generator) {
    return LiveStudio.open(folder.resolve("data"), generator);
  }

  private static HttpResponse<Buffer> send(LiveStudio studio, byte[] file, String type) {
    return studio.send(
        studio.client.request(HttpMethod.POST, INPUTS).putHeader("Content-Type", type),
        HttpMethod.POST,
        INPUTS,
        Buffer.buffer(file));
  }

  private static JsonObject sent(LiveStudio studio, BufferedImage picture) {
    HttpResponse<Buffer> response = send(studio, Photos.file(picture, "png"), "image/png");
    assertEquals(201, response.statusCode(), response.bodyAsString());
    return response.bodyAsJsonObject();
  }

  private static JsonObject request() {
    return new JsonObject()
        .put("prompt", "a fox")
        .put("width", 64)
        .put("height", 64)
        .put("steps", 10);
  }

  private static JsonObject from(JsonObject input) {
    return new JsonObject().put("picture", new JsonObject().put("id", input.getString("id")));
  }

  private static void assertRefused(int status, String words, HttpResponse<Buffer> response) {
    assertEquals(status, response.statusCode(), response.bodyAsString());
    String detail = response.bodyAsJsonObject().getString("detail");
    assertTrue(detail.contains(words), detail);
  }

  @Test
  void aPictureThatWasSentCanBeFetchedAndIsTheSameWhenSentAgain() throws IOException {
    try (LiveStudio studio = open(GradientGenerator.free())) {
      BufferedImage picture = Photos.picture(40, 24);
      JsonObject input = sent(studio, picture);
      assertEquals(40, input.getInteger("width"));
      assertEquals(24, input.getInteger("height"));
      HttpResponse<Buffer> file = studio.get(input.getString("url"));
      assertEquals("image/png", file.getHeader("Content-Type"));
      BufferedImage kept = ImageIO.read(new ByteArrayInputStream(file.body().getBytes()));
      assertEquals(picture.getRGB(30, 20), kept.getRGB(30, 20));
      assertEquals(input, sent(studio, picture));
    }
  }

  @Test
  void whatIsNoPictureIsRefused() {
    try (LiveStudio studio = open(GradientGenerator.free())) {
      assertRefused(422, "save it as PNG or JPEG", send(studio, new byte[99], "image/png"));
      assertRefused(415, "image/jpeg or image/png", send(studio, new byte[9], "application/json"));
      assertRefused(415, "image/jpeg or image/png", send(studio, new byte[9], "text/plain"));
      assertRefused(404, "no picture", studio.get(INPUTS + "/" + "0".repeat(64) + "/file"));
      assertRefused(404, "nothing", studio.get(INPUTS + "/..%2F..%2Fatelier.db/file"));
    }
  }

  @Test
  void aJobSaysEverythingItBeginsWith() {
    try (LiveStudio studio = open(GradientGenerator.free())) {
      JsonObject picture = sent(studio, Photos.picture(100, 60));
      JsonObject mask = sent(studio, Photos.mask(100, 60));
      JsonObject start =
          from(picture)
              .put("strength", 0.5)
              .put("mask", from(mask).put("only_masked", true).put("blur", 2));
      JsonObject job = studio.make(request().put("start", start));
      assertEquals("done", job.getString("state"), job::encodePrettily);
      JsonObject echo = job.getJsonObject("request").getJsonObject("start");
      assertEquals(100, echo.getJsonObject("picture").getInteger("width"));
      assertEquals("just_resize", echo.getString("resize_mode"));
      assertEquals("original", echo.getJsonObject("mask").getString("content"));
      assertEquals(32, echo.getJsonObject("mask").getInteger("padding"));
      JsonObject image = job.getJsonArray("images").getJsonObject(0);
      assertEquals(100, image.getInteger("width"), "only masked keeps the picture's size");
      assertEquals(60, image.getInteger("height"));
      assertTrue(
          image.getString("parameters").contains("Denoising strength: 0.5, Resize mode:"),
          image.getString("parameters"));
      // The settings reused: what a job says makes it again.
      JsonObject again = studio.make(job.getJsonObject("request"));
      assertEquals(job.getJsonObject("request"), again.getJsonObject("request"));
    }
  }

  @Test
  void aSecondRunAndAVariationHaveDefaults() {
    try (LiveStudio studio = open(GradientGenerator.free())) {
      JsonObject job =
          studio.make(
              request()
                  .put("hires", new JsonObject().put("scale", 1.5))
                  .put("variation", new JsonObject().put("strength", 0.2)));
      JsonObject request = job.getJsonObject("request");
      assertEquals(
          new JsonObject()
              .put("width", 96)
              .put("height", 96)
              .put("upscaler", "Latent")
              .put("steps", 0)
              .put("strength", 0.7),
          request.getJsonObject("hires"));
      assertTrue(request.getJsonObject("variation").getLong("seed") >= 0);
      assertNull(request.getValue("start"));
      assertEquals(96, job.getJsonArray("images").getJsonObject(0).getInteger("width"));
    }
  }

  @Test
  void whatCannotBeIsRefusedWithItsField() {
    try (LiveStudio studio = open(GradientGenerator.free())) {
      JsonObject input = sent(studio, Photos.picture(64, 64));
      JsonObject unknown = new JsonObject().put("id", "0".repeat(64));
      assertRefused(
          400,
          "send it to /api/v1/inputs first",
          studio.post(
              "/api/v1/images", request().put("start", new JsonObject().put("picture", unknown))));
      assertRefused(
          400,
          "The strength must be between 0 and 1, not 1.5.",
          studio.post("/api/v1/images", request().put("start", from(input).put("strength", 1.5))));
      assertRefused(
          400,
          "from text alone",
          studio.post(
              "/api/v1/images",
              request().put("start", from(input)).put("hires", new JsonObject())));
      assertRefused(
          400,
          "hires width must be a multiple of 8",
          studio.post("/api/v1/images", request().put("hires", new JsonObject().put("width", 99))));
    }
  }

  /** The studio stops with the job in its queue; the next one has all that it needs. */
  @Test
  void theQueuedJobsPictureOutlivesTheProcess() throws IOException {
    GradientGenerator held = GradientGenerator.held();
    JsonObject job;
    try (LiveStudio studio = open(held)) {
      JsonObject input = sent(studio, Photos.picture(48, 32));
      job = studio.post("/api/v1/images", request().put("start", from(input))).bodyAsJsonObject();
    }
    try (LiveStudio studio = open(GradientGenerator.free())) {
      JsonObject done =
          studio.get("/api/v1/jobs/" + job.getString("id") + "?wait=60").bodyAsJsonObject();
      assertEquals("done", done.getString("state"), done::encodePrettily);
      assertEquals(job.getJsonObject("request"), done.getJsonObject("request"));
      String id =
          done.getJsonObject("request")
              .getJsonObject("start")
              .getJsonObject("picture")
              .getString("id");
      HttpResponse<Buffer> file = studio.get(INPUTS + "/" + id + "/file");
      assertEquals(48, ImageIO.read(new ByteArrayInputStream(file.body().getBytes())).getWidth());
    }
  }
}
