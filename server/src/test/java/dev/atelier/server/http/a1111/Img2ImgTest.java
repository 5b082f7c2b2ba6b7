package dev.atelier.server.http.a1111;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.atelier.server.GradientGenerator;
import dev.atelier.server.http.LiveStudio;
import dev.atelier.server.inputs.Photos;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.client.HttpResponse;
import java.nio.file.Path;
import java.util.Base64;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code /sdapi/v1/img2img} and the fields of txt2img that go with it. */
class Img2ImgTest {
  private static final String IMG2IMG = "/sdapi/v1/img2img";
  private static LiveStudio studio;

  @BeforeAll
  static void open(@TempDir Path folder) {
    studio = LiveStudio.open(folder.resolve("data"), GradientGenerator.free());
  }

  @AfterAll
  static void close() {
    studio.close();
  }

  private static String base64(byte[] file) {
    return Base64.getEncoder().encodeToString(file);
  }

  private static final String PICTURE = base64(Photos.file(Photos.picture(80, 60), "jpeg"));
  private static final String MASK = base64(Photos.file(Photos.mask(80, 60), "png"));

  private static JsonObject small() {
    return new JsonObject()
        .put("prompt", "a fox")
        .put("width", 64)
        .put("height", 64)
        .put("steps", 4)
        .put("seed", 7);
  }

  private static JsonObject from(String picture) {
    return small().put("init_images", new JsonArray().add(picture));
  }

  private static JsonObject answered(String path, JsonObject request) {
    HttpResponse<Buffer> response = studio.post(path, request);
    assertEquals(200, response.statusCode(), response.bodyAsString());
    return response.bodyAsJsonObject();
  }

  private static JsonObject info(JsonObject answer) {
    return new JsonObject(answer.getString("info"));
  }

  private static void assertRefused(String path, JsonObject request, String words) {
    HttpResponse<Buffer> response = studio.post(path, request);
    assertEquals(422, response.statusCode(), response.bodyAsString());
    String detail = response.bodyAsJsonObject().getString("detail");
    assertTrue(detail.contains(words), detail);
  }

  private static JsonObject newestRequest() {
    return studio
        .get("/api/v1/jobs?limit=1")
        .bodyAsJsonObject()
        .getJsonArray("jobs")
        .getJsonObject(0)
        .getJsonObject("request");
  }

  @Test
  void aPictureIsBegunWith() {
    JsonObject answer = answered(IMG2IMG, from(PICTURE).put("denoising_strength", 0.4));
    assertEquals(1, answer.getJsonArray("images").size());
    assertEquals(0.4, info(answer).getDouble("denoising_strength"));
    assertNull(answer.getJsonObject("parameters").getValue("init_images"));
    JsonObject start = newestRequest().getJsonObject("start");
    assertEquals(80, start.getJsonObject("picture").getInteger("width"));
    assertEquals(0.4, start.getDouble("strength"));
    assertNull(start.getValue("mask"));
  }

  @Test
  void thePictureComesBackToThoseWhoAskForIt() {
    String address = "data:image/jpeg;base64," + PICTURE;
    JsonObject answer = answered(IMG2IMG, from(address).put("include_init_images", true));
    assertEquals(
        address, answer.getJsonObject("parameters").getJsonArray("init_images").getString(0));
  }

  /** The numbers that AUTOMATIC1111 has for its choices. */
  @Test
  void theMasksFieldsAreUnderstood() {
    answered(
        IMG2IMG,
        from(PICTURE)
            .put("mask", MASK)
            .put("mask_blur", 3)
            .put("inpainting_fill", 2)
            .put("inpaint_full_res", false)
            .put("inpaint_full_res_padding", 16)
            .put("inpainting_mask_invert", 1)
            .put("resize_mode", 2));
    JsonObject start = newestRequest().getJsonObject("start");
    assertEquals("resize_and_fill", start.getString("resize_mode"));
    JsonObject mask = start.getJsonObject("mask").copy();
    mask.remove("picture");
    assertEquals(
        new JsonObject()
            .put("inverted", true)
            .put("blur", 3)
            .put("content", "latent_noise")
            .put("only_masked", false)
            .put("padding", 16),
        mask);
  }

  @Test
  void theMasksDefaultsAreAutomatic1111s() {
    answered(IMG2IMG, from(PICTURE).put("mask", MASK));
    JsonObject start = newestRequest().getJsonObject("start");
    assertEquals(0.75, start.getDouble("strength"));
    JsonObject mask = start.getJsonObject("mask");
    assertEquals("fill", mask.getString("content"));
    assertEquals(true, mask.getBoolean("only_masked"));
    assertEquals(0, mask.getInteger("padding"));
    assertEquals(4, mask.getInteger("blur"));
  }

  @Test
  void whatCannotBeIsRefusedWithASentence() {
    assertRefused(IMG2IMG, small(), "Send one picture");
    assertRefused(IMG2IMG, from("http://example.org/a.png"), "Addresses are not fetched");
    assertRefused(IMG2IMG, from("AAAA"), "save it as PNG or JPEG");
    assertRefused(IMG2IMG, from(PICTURE).put("resize_mode", 3), "between 0 and 2, not 3");
    assertRefused(IMG2IMG, from(PICTURE).put("denoising_strength", 2), "between 0 and 1");
    assertRefused(IMG2IMG, from(PICTURE).put("script_name", "loopback"), "Scripts are not");
  }

  @Test
  void hiresFixIsASecondRun() {
    JsonObject answer =
        answered(
            "/sdapi/v1/txt2img",
            small()
                .put("enable_hr", true)
                .put("hr_scale", 1.5)
                .put("hr_upscaler", "Latent (bicubic)")
                .put("hr_second_pass_steps", 2)
                .put("denoising_strength", 0.6));
    assertEquals(0.6, info(answer).getDouble("denoising_strength"));
    assertEquals(
        new JsonObject()
            .put("width", 96)
            .put("height", 96)
            .put("upscaler", "Latent (bicubic)")
            .put("steps", 2)
            .put("strength", 0.6),
        newestRequest().getJsonObject("hires"));
    answered("/sdapi/v1/txt2img", small().put("enable_hr", true).put("hr_resize_x", 128));
    assertEquals(128, newestRequest().getJsonObject("hires").getInteger("height"));
    assertRefused(
        "/sdapi/v1/txt2img",
        small().put("enable_hr", true).put("hr_upscaler", "R-ESRGAN 4x+"),
        "choose one of Latent,");
  }

  @Test
  void aVariationCountsItsSeedsNotThePictures() {
    JsonObject info =
        info(
            answered(
                "/sdapi/v1/txt2img",
                small()
                    .put("subseed", 100)
                    .put("subseed_strength", 0.3)
                    .put("batch_size", 2)
                    .put("n_iter", 2)));
    assertEquals(new JsonArray("[7, 7, 7, 7]"), info.getJsonArray("all_seeds"));
    assertEquals(new JsonArray("[100, 101, 102, 103]"), info.getJsonArray("all_subseeds"));
    assertEquals(0.3, info.getDouble("subseed_strength"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"/sdapi/v1/txt2img", IMG2IMG})
  void aSeedIsResizedFromASize(String path) {
    JsonObject info =
        info(
            answered(
                path, from(PICTURE).put("seed_resize_from_w", 128).put("seed_resize_from_h", 96)));
    JsonObject from = new JsonObject().put("width", 128).put("height", 96);
    assertEquals(from, newestRequest().getJsonObject("seed_resize"));
    assertEquals(128, info.getInteger("seed_resize_from_w"));
    assertEquals(96, info.getInteger("seed_resize_from_h"));
    String text = info.getJsonArray("infotexts").getString(0);
    assertTrue(text.contains("Seed resize from: 128x96"), text);
  }

  @Test
  void oneSideAloneResizesNoSeed() {
    JsonObject request = small().put("seed_resize_from_w", 128).put("seed_resize_from_h", 0);
    assertEquals(-1, info(answered("/sdapi/v1/txt2img", request)).getInteger("seed_resize_from_w"));
    assertNull(newestRequest().getValue("seed_resize"));
  }
}
