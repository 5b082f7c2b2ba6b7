package dev.atelier.server.http;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.atelier.server.GradientGenerator;
import dev.atelier.server.metadata.PngText;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.client.HttpResponse;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImagesApiTest {
  private static LiveStudio studio;

  @BeforeAll
  static void open(@TempDir Path folder) {
    studio =
        LiveStudio.open(
            folder.resolve("data"),
            GradientGenerator.free(),
            List.of(LiveStudio.STORYBOOK, LiveStudio.brokenModels(folder)));
  }

  @AfterAll
  static void close() {
    studio.close();
  }

  private static JsonObject small() {
    return new JsonObject().put("prompt", "a fox").put("width", 64).put("height", 72);
  }

  @Test
  void queuesAJobAndSaysWhereToFollowIt() {
    HttpResponse<Buffer> response = studio.post("/api/v1/images", small());
    assertEquals(202, response.statusCode());
    JsonObject job = response.bodyAsJsonObject();
    assertEquals("/api/v1/jobs/" + job.getString("id"), response.getHeader("Location"));
    assertEquals("a fox", job.getJsonObject("request").getString("prompt"));
  }

  @Test
  void fillsInWhatTheRequestLeavesOpen() {
    JsonObject request =
        studio
            .post("/api/v1/images", new JsonObject().put("prompt", "a fox"))
            .bodyAsJsonObject()
            .getJsonObject("request");
    assertEquals("storybook", request.getString("model"));
    assertEquals("", request.getString("negative_prompt"));
    assertEquals(256, request.getInteger("width"), "the model's own size");
    assertEquals(256, request.getInteger("height"));
    assertEquals(20, request.getInteger("steps"));
    assertEquals(7.0, request.getDouble("guidance_scale"));
    assertEquals("DPM++ 2M", request.getString("sampler"));
    assertEquals(0.0, request.getDouble("guidance_rescale"));
    assertEquals("Automatic", request.getString("schedule_type"));
    assertEquals(1, request.getInteger("batch_size"));
    assertEquals("seed_plus_index", request.getString("batch_noise"));
    assertEquals(1, request.getInteger("clip_skip"));
  }

  @Test
  void drawsAnotherSeedForEachRequestThatHasNone() {
    long drawn =
        IntStream.range(0, 5)
            .mapToObj(i -> studio.post("/api/v1/images", small().put("seed", -1)))
            .map(response -> response.bodyAsJsonObject().getJsonObject("request").getLong("seed"))
            .distinct()
            .count();
    assertTrue(drawn > 1);
  }

  @Test
  void keepsEveryFieldAsItWasGiven() {
    JsonObject request =
        new JsonObject()
            .put("model", "storybook")
            .put("prompt", "ein Fuchs 🦊")
            .put("negative_prompt", "Regen")
            .put("width", 128)
            .put("height", 64)
            .put("steps", 3)
            .put("guidance_scale", 1.5)
            .put("guidance_rescale", 0.7)
            .put("sampler", "Euler a")
            .put("schedule_type", "Karras")
            .put("seed", 4294967295L)
            .put("batch_size", 2)
            .put("batch_noise", "one_generator")
            .put("clip_skip", 2)
            .put("plugins", new JsonObject())
            .put("vae", "None")
            .putNull("start")
            .putNull("hires")
            .putNull("variation")
            .putNull("seed_resize");
    JsonObject job = studio.make(request);
    assertEquals("done", job.getString("state"));
    assertEquals(request, job.getJsonObject("request"));
    assertEquals(2, job.getJsonArray("images").size());
  }

  @ParameterizedTest
  @CsvSource({
    "DPM++ 2M Karras, , DPM++ 2M, Karras",
    "DPM++ 2M Karras, Automatic, DPM++ 2M, Karras",
    "DPM++ 2M Karras, Karras, DPM++ 2M, Karras",
    "Euler a SGM Uniform, , Euler a, SGM Uniform",
    "DPM++ 2M, Karras, DPM++ 2M, Karras",
    "DPM++ 2M, , DPM++ 2M, Automatic"
  })
  void samplersWithTheirScheduleInOneNameAreUnderstood(
      String sampler, String type, String samplerKept, String typeKept) {
    JsonObject request = small().put("sampler", sampler);
    if (type != null) {
      request.put("schedule_type", type);
    }
    JsonObject kept =
        studio.post("/api/v1/images", request).bodyAsJsonObject().getJsonObject("request");
    assertEquals(samplerKept, kept.getString("sampler"));
    assertEquals(typeKept, kept.getString("schedule_type"));
  }

  @Test
  void givesEachPictureOfABatchItsSeed() {
    JsonArray images =
        studio.make(small().put("seed", 40).put("batch_size", 3)).getJsonArray("images");
    assertEquals(
        List.of(40, 41, 42),
        images.stream().map(image -> ((JsonObject) image).getInteger("seed")).toList());
  }

  @Test
  void servesThePictureWithItsSettingsInIt() throws IOException {
    JsonObject image = made(small().put("seed", 7));
    HttpResponse<Buffer> file = studio.get(image.getString("url"));
    assertEquals("image/png", file.getHeader("Content-Type"));
    byte[] png = file.body().getBytes();
    assertEquals(image.getInteger("bytes"), png.length);
    assertEquals(72, ImageIO.read(new ByteArrayInputStream(png)).getHeight());
    assertEquals(
        image.getString("parameters"),
        PngText.read(new ByteArrayInputStream(png), "parameters").orElseThrow());
  }

  @Test
  void lettsTheBrowserKeepThePicture() {
    String url = made(small()).getString("url");
    HttpResponse<Buffer> first = studio.get(url);
    assertEquals("private, max-age=31536000, immutable", first.getHeader("Cache-Control"));
    HttpResponse<Buffer> again =
        studio.send(
            studio
                .client
                .request(HttpMethod.GET, url)
                .putHeader("If-None-Match", first.getHeader("ETag")),
            HttpMethod.GET,
            url,
            null);
    assertEquals(304, again.statusCode());
    assertNull(again.body());
  }

  @Test
  void doesNotCompressWhatIsCompressed() {
    String url = made(small()).getString("url");
    HttpResponse<Buffer> file =
        studio
            .client
            .request(HttpMethod.GET, url)
            .putHeader("Accept-Encoding", "gzip")
            .send()
            .await();
    assertNotEquals("gzip", file.getHeader("Content-Encoding"));
    assertArrayEquals(studio.get(url).body().getBytes(), file.body().getBytes());
  }

  @Test
  void offersThePictureAsAFileOnRequest() {
    JsonObject image = made(small().put("seed", 7));
    assertNull(studio.get(image.getString("url")).getHeader("Content-Disposition"));
    assertEquals(
        "attachment; filename=\"atelier-7-" + image.getString("id") + ".png\"",
        studio.get(image.getString("url") + "?download=true").getHeader("Content-Disposition"));
  }

  @Test
  void servesASmallCopy() throws IOException {
    HttpResponse<Buffer> thumbnail = studio.get(made(small()).getString("thumbnail_url"));
    assertEquals("image/jpeg", thumbnail.getHeader("Content-Type"));
    assertEquals(
        64, ImageIO.read(new ByteArrayInputStream(thumbnail.body().getBytes())).getWidth());
  }

  @Test
  void listsTheGalleryAPageAtATime() {
    List<String> made = IntStream.range(0, 3).mapToObj(i -> made(small()).getString("id")).toList();
    JsonObject first = studio.get("/api/v1/images?limit=2").bodyAsJsonObject();
    assertEquals(List.of(made.get(2), made.get(1)), ids(first));
    JsonObject second =
        studio.get("/api/v1/images?limit=1&before=" + first.getString("next")).bodyAsJsonObject();
    assertEquals(List.of(made.get(0)), ids(second));
  }

  private static List<String> ids(JsonObject page) {
    return page.getJsonArray("images").stream()
        .map(image -> ((JsonObject) image).getString("id"))
        .toList();
  }

  @Test
  void endsTheListWithoutANextPage() {
    made(small());
    JsonObject page = studio.get("/api/v1/images?limit=200").bodyAsJsonObject();
    assertFalse(ids(page).isEmpty());
    assertNull(page.getString("next"));
  }

  @Test
  void deletesAPicture() {
    JsonObject image = made(small());
    String uri = "/api/v1/images/" + image.getString("id");
    assertEquals(image, studio.get(uri).bodyAsJsonObject());
    assertEquals(204, studio.delete(uri).statusCode());
    for (String gone : List.of(uri, uri + "/file", uri + "/thumbnail")) {
      assertEquals(404, studio.get(gone).statusCode(), gone);
    }
    assertEquals(404, studio.delete(uri).statusCode());
  }

  @Test
  void saysWhenAPicturesFileIsGone() throws IOException {
    JsonObject image = made(small());
    UUID id = UUID.fromString(image.getString("id"));
    Files.delete(studio.rooms.gallery.file(studio.rooms.gallery.find(id).await().orElseThrow()));
    HttpResponse<Buffer> response = studio.get(image.getString("url"));
    assertEquals(404, response.statusCode());
    assertEquals(
        "The picture's file is no longer on the disk.",
        response.bodyAsJsonObject().getString("detail"));
    assertEquals("no-store", response.getHeader("Cache-Control"), "it may come back");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {}                                | prompt         | The field prompt is missing.
          {"prompt":7}                      | prompt         | a text of 10000 characters at most
          {"prompt":"x","width":100}        | width          | from 64 to 2048 that is a multiple of 8, not 100.
          {"prompt":"x","height":"big"}     | height         | not “big”
          {"prompt":"x","width":null}       | width          | must be a whole number
          {"prompt":"x","width":1e300}      | width          | must be a whole number
          {"prompt":"x","steps":0}          | steps          | from 1 to 150, not 0.
          {"prompt":"x","steps":2.5}        | steps          | not 2.5
          {"prompt":"x","guidance_scale":31}| guidance_scale | a number from 1 to 30, not 31.
          {"prompt":"x","guidance_rescale":1.1} | guidance_rescale | a number from 0 to 1, not 1.1.
          {"prompt":"x","sampler":"Haun"}   | sampler        | There is no sampler “Haun”; choose one of Euler, Heun, LMS,
          {"prompt":"x","sampler":7}        | sampler        | must be a text
          {"prompt":"x","schedule_type":"no"} | schedule_type | one of Automatic, Uniform, Karras, Exponential, SGM Uniform, Simple, Beta
          {"prompt":"x","sampler":"DDIM","schedule_type":"Karras"} | schedule_type | DDIM has no schedule type Karras; choose one of Automatic, Uniform, SGM Uniform, or another sampler.
          {"prompt":"x","sampler":"DPM++ 2M Karras","schedule_type":"Beta"} | schedule_type | The sampler's name says Karras and the schedule type Beta; name the sampler DPM++ 2M alone.
          {"prompt":"x","sampler":"LCM","steps":51} | steps | LCM takes 50 steps at most, not 51.
          {"prompt":"x","seed":-2}          | seed           | from -1 to 4294967295, not -2.
          {"prompt":"x","batch_size":17}    | batch_size     | from 1 to 16, not 17.
          {"prompt":"x","batch_noise":"no"} | batch_noise    | one of seed_plus_index, one_generator
          {"prompt":"x","clip_skip":13}     | clip_skip      | from 1 to 12, not 13.
          {"prompt":"x","wdth":64}          | wdth           | There is no field “wdth”; the fields are prompt,
          """)
  void namesTheFieldAtFaultAndWhatItMayBe(String body, String field, String sentence) {
    HttpResponse<Buffer> response = studio.post("/api/v1/images", Buffer.buffer(body));
    JsonObject problem = response.bodyAsJsonObject();
    assertEquals(400, response.statusCode());
    assertEquals(field, problem.getString("field"));
    assertTrue(problem.getString("detail").contains(sentence), problem.getString("detail"));
  }

  @Test
  void refusesAPromptThatIsTooLong() {
    JsonObject problem =
        studio
            .post("/api/v1/images", new JsonObject().put("prompt", "x".repeat(10_001)))
            .bodyAsJsonObject();
    assertEquals("prompt", problem.getString("field"));
    assertTrue(problem.getString("detail").length() < 100, "the prompt is not repeated");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"prompt": | The body is not valid JSON.
          []         | The body must be a JSON object.
          null       | The body must be a JSON object.
          "text"     | The body must be a JSON object.
          """)
  void refusesABodyThatIsNoObject(String body, String sentence) {
    HttpResponse<Buffer> response = studio.post("/api/v1/images", Buffer.buffer(body));
    assertEquals(400, response.statusCode());
    assertEquals(sentence, response.bodyAsJsonObject().getString("detail"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "application/json",
        "application/json; charset=utf-8",
        "application/json;charset=UTF-8",
        "Application/JSON"
      })
  void takesJsonHoweverItIsCalled(String type) {
    HttpResponse<Buffer> response =
        studio
            .client
            .post("/api/v1/images")
            .putHeader("Content-Type", type)
            .sendBuffer(small().toBuffer())
            .await();
    assertEquals(202, response.statusCode(), response.bodyAsString());
  }

  @Test
  void refusesAnEmptyBody() {
    HttpResponse<Buffer> response = studio.post("/api/v1/images", Buffer.buffer());
    assertEquals(400, response.statusCode());
  }

  @Test
  void saysThatAModelIsNotThere() {
    HttpResponse<Buffer> response = studio.post("/api/v1/images", small().put("model", "x"));
    assertEquals(422, response.statusCode());
    assertEquals("model", response.bodyAsJsonObject().getString("field"));
    assertTrue(response.bodyAsJsonObject().getString("detail").startsWith("There is no model “x”"));
  }

  @Test
  void saysWhyAModelCannotBeUsed() {
    HttpResponse<Buffer> response =
        studio.post("/api/v1/images", small().put("model", "checkpoints/broken"));
    assertEquals(422, response.statusCode());
    assertEquals(
        studio
            .studio
            .models()
            .catalog()
            .checkpoint("checkpoints/broken")
            .orElseThrow()
            .problem()
            .orElseThrow(),
        response.bodyAsJsonObject().getString("detail"));
  }

  @Test
  void saysThatNoModelCanBeUsed(@TempDir Path folder) {
    try (LiveStudio empty =
        LiveStudio.open(
            folder.resolve("data"),
            GradientGenerator.free(),
            List.of(LiveStudio.brokenModels(folder)))) {
      HttpResponse<Buffer> response = empty.post("/api/v1/images", small());
      assertEquals(409, response.statusCode());
      assertEquals("model", response.bodyAsJsonObject().getString("field"));
    }
  }

  @Test
  void refusesMoreJobsThanMayWait(@TempDir Path data) {
    GradientGenerator generator = GradientGenerator.held();
    HttpLimits limits = new HttpLimits(HttpLimits.USUAL.bodyDeadline(), HttpLimits.USUAL.idle(), 2);
    try (LiveStudio busy = LiveStudio.open(data, generator, limits)) {
      // The first may run already or still wait; three more can never all wait.
      List<Integer> statuses =
          IntStream.range(0, 4)
              .mapToObj(i -> busy.post("/api/v1/images", small()).statusCode())
              .toList();
      assertEquals(202, statuses.get(0));
      assertEquals(429, statuses.get(3));
      generator.allow(1000);
    }
  }

  private static JsonObject made(JsonObject request) {
    return studio.make(request).getJsonArray("images").getJsonObject(0);
  }
}
