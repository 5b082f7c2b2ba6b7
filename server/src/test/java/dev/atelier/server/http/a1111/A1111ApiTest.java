package dev.atelier.server.http.a1111;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.atelier.server.GradientGenerator;
import dev.atelier.server.http.LiveStudio;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.client.HttpResponse;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class A1111ApiTest {
  private static final String TXT2IMG = "/sdapi/v1/txt2img";
  private static LiveStudio studio;

  @BeforeAll
  static void open(@TempDir Path folder) {
    studio =
        LiveStudio.open(
            folder.resolve("data"),
            GradientGenerator.free(),
            List.of(LiveStudio.brokenModels(folder), LiveStudio.STORYBOOK));
  }

  @AfterAll
  static void close() {
    studio.close();
  }

  /** What the webuiapi library sends for a picture, in a small size. */
  private static JsonObject webuiapi() {
    return new JsonObject(
        """
        {"enable_hr": false, "hr_scale": 2, "hr_upscaler": "Latent", "hr_second_pass_steps": 0,
         "hr_resize_x": 0, "hr_resize_y": 0, "denoising_strength": 0.7, "firstphase_width": 0,
         "firstphase_height": 0, "prompt": "a fox, snow", "styles": [], "seed": 7, "subseed": -1,
         "subseed_strength": 0.0, "seed_resize_from_h": 0, "seed_resize_from_w": 0,
         "batch_size": 1, "n_iter": 1, "steps": null, "cfg_scale": 7.0, "width": 64, "height": 64,
         "restore_faces": false, "tiling": false, "do_not_save_samples": false,
         "do_not_save_grid": false, "negative_prompt": "rain", "eta": 1.0, "s_churn": 0,
         "s_tmax": 0, "s_tmin": 0, "s_noise": 1, "override_settings": {},
         "override_settings_restore_afterwards": true, "sampler_name": "Euler a",
         "scheduler": null, "script_name": null, "script_args": [], "send_images": true,
         "save_images": false, "alwayson_scripts": {}, "use_deprecated_controlnet": false}
        """);
  }

  private static JsonObject small() {
    return new JsonObject()
        .put("prompt", "a fox")
        .put("width", 64)
        .put("height", 64)
        .put("steps", 2);
  }

  private static JsonObject answered(JsonObject request) {
    HttpResponse<Buffer> response = studio.post(TXT2IMG, request);
    assertEquals(200, response.statusCode(), response.bodyAsString());
    return response.bodyAsJsonObject();
  }

  private static JsonObject info(JsonObject answer) {
    return new JsonObject(answer.getString("info"));
  }

  private static void assertRefused(int status, JsonObject request, String sentence) {
    HttpResponse<Buffer> response = studio.post(TXT2IMG, request);
    assertEquals(status, response.statusCode(), response.bodyAsString());
    assertEquals("application/json", response.getHeader("Content-Type"));
    JsonObject error = response.bodyAsJsonObject();
    assertTrue(error.getString("detail").contains(sentence), error.encode());
  }

  @Test
  void makesThePictureThatWebuiapiAsksFor() throws IOException {
    JsonObject answer = answered(webuiapi());
    byte[] png = Base64.getDecoder().decode(answer.getJsonArray("images").getString(0));
    assertArrayEquals(
        pixels(GradientGenerator.picture(7, 64, 64)),
        pixels(ImageIO.read(new ByteArrayInputStream(png))));
    JsonObject info = info(answer);
    assertEquals("a fox, snow", info.getString("prompt"));
    assertEquals(new JsonArray().add("a fox, snow"), info.getJsonArray("all_prompts"));
    assertEquals("rain", info.getString("negative_prompt"));
    assertEquals(7, info.getInteger("seed"));
    assertEquals(new JsonArray().add(7), info.getJsonArray("all_seeds"));
    assertEquals("Euler a", info.getString("sampler_name"));
    assertEquals(50, info.getInteger("steps"), "AUTOMATIC1111's default");
    assertEquals("storybook", info.getString("sd_model_name"));
    String infotext = info.getJsonArray("infotexts").getString(0);
    assertTrue(
        infotext.startsWith("a fox, snow\nNegative prompt: rain\nSteps: 50, Sampler: Euler a, "),
        infotext);
  }

  private static int[] pixels(BufferedImage picture) {
    int width = picture.getWidth();
    return picture.getRGB(0, 0, width, picture.getHeight(), null, 0, width);
  }

  @Test
  void echoesTheFieldsThatItKnows() {
    JsonObject parameters = answered(small().put("no_such_field", 1)).getJsonObject("parameters");
    assertEquals("a fox", parameters.getString("prompt"));
    assertEquals(2, parameters.getInteger("steps"));
    assertEquals(7.0, parameters.getDouble("cfg_scale"));
    assertEquals("Euler", parameters.getString("sampler_index"));
    assertFalse(parameters.containsKey("no_such_field"));
  }

  @Test
  void takesTheModelsSizeAndARandomSeedWhenNoneIsGiven() {
    JsonObject info = info(answered(new JsonObject().put("steps", 1)));
    assertEquals(256, info.getInteger("width"));
    assertEquals(256, info.getInteger("height"));
    assertEquals("", info.getString("prompt"));
    JsonObject other = info(answered(small().put("seed", -1)));
    assertNotEquals(info.getLong("seed"), other.getLong("seed"));
  }

  @Test
  void makesBatchesOfBatchesWithSeedsInARow() {
    JsonObject answer = answered(small().put("seed", 20).put("n_iter", 2).put("batch_size", 3));
    assertEquals(6, answer.getJsonArray("images").size());
    assertEquals(
        List.of(20, 21, 22, 23, 24, 25), info(answer).getJsonArray("all_seeds").stream().toList());
  }

  @Test
  void makesSixteenPicturesAtMost() {
    for (JsonObject request :
        List.of(
            small().put("n_iter", 17),
            small().put("n_iter", 4).put("batch_size", 5),
            small().put("n_iter", 0),
            small().put("n_iter", 1L << 62).put("batch_size", 4))) {
      assertRefused(422, request, "n_iter times batch_size must be between 1 and 16 pictures.");
    }
  }

  @Test
  void leavesThePicturesOutOnRequest() {
    JsonObject answer = answered(small().put("send_images", false));
    assertTrue(answer.getJsonArray("images").isEmpty());
    assertEquals(1, info(answer).getJsonArray("infotexts").size());
  }

  @ParameterizedTest
  @CsvSource({
    "DPM++ 2M, , DPM++ 2M, Automatic",
    "DPM++ 2M, Automatic, DPM++ 2M, Automatic",
    "DPM++ 2M, Karras, DPM++ 2M, Karras",
    "DPM++ 2M, karras, DPM++ 2M, Karras",
    "DPM++ 2M Karras, , DPM++ 2M, Karras",
    "DPM++ 2M Karras, Karras, DPM++ 2M, Karras",
    "DPM++ 2M Karras, Automatic, DPM++ 2M, Karras",
    "DPM++ 2M Karras, Simple, DPM++ 2M, Karras",
    "k_dpmpp_2m_ka, , DPM++ 2M, Karras",
    "euler a, uniform, Euler a, Uniform",
    "Euler, sgm_uniform, Euler, SGM Uniform",
    "Euler, SGMUniform, Euler, SGM Uniform",
    "DPM++ 3M SDE Exponential, , DPM++ 3M SDE, Exponential",
    "k_euler, , Euler, Automatic",
    "DDIM, Karras, DDIM, Automatic",
    "PLMS, Beta, PNDM, Automatic"
  })
  void findsTheSamplerUnderEachOfItsNames(
      String name, String scheduler, String sampler, String scheduleType) {
    for (String field : List.of("sampler_name", "sampler_index")) {
      JsonObject info = info(answered(small().put(field, name).put("scheduler", scheduler)));
      assertEquals(sampler, info.getString("sampler_name"));
      assertEquals(
          scheduleType, info.getJsonObject("extra_generation_params").getString("Schedule type"));
    }
  }

  @Test
  void saysWhichSamplersThereAre() {
    JsonObject unknown = small().put("sampler_name", "DPM adaptive");
    assertRefused(404, unknown, "Sampler not found: DPM adaptive; choose one of Euler, Heun,");
    JsonObject mixed = small().put("sampler_name", "Euler").put("scheduler", "KL Optimal");
    assertRefused(422, mixed, "There is no scheduler KL Optimal here; choose one of Automatic,");
    JsonObject whole = small().put("sampler_name", "LCM").put("scheduler", "Karras");
    assertRefused(422, whole, "LCM has no schedule type Karras; choose one of Automatic, Uniform,");
    assertEquals(
        new JsonObject()
            .put("name", "Euler a")
            .put("aliases", new JsonArray().add("k_euler_a").add("k_euler_ancestral"))
            .put("options", new JsonObject()),
        item("/sdapi/v1/samplers", "Euler a"));
    assertEquals(
        "karras",
        item("/sdapi/v1/samplers", "DPM2").getJsonObject("options").getString("scheduler"));
  }

  @Test
  void saysWhichSchedulersThereAre() {
    assertEquals(
        new JsonObject()
            .put("name", "sgm_uniform")
            .put("label", "SGM Uniform")
            .put("aliases", new JsonArray().add("SGMUniform"))
            .put("default_rho", -1.0)
            .put("need_inner_model", true),
        item("/sdapi/v1/schedulers", "sgm_uniform"));
    assertEquals(
        List.of("Automatic", "Uniform", "Karras", "Exponential", "SGM Uniform", "Simple", "Beta"),
        studio.get("/sdapi/v1/schedulers").bodyAsJsonArray().stream()
            .map(item -> ((JsonObject) item).getString("label"))
            .toList());
  }

  private static JsonObject item(String list, String name) {
    return studio.get(list).bodyAsJsonArray().stream()
        .map(JsonObject.class::cast)
        .filter(item -> item.getString("name").equals(name))
        .findFirst()
        .orElseThrow();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"enable_hr":true,"hr_prompt":"x"}    | Another prompt for hires fix is not supported here;
          {"restore_faces":true}                | Face restoration
          {"tiling":true}                       | Tiling
          {"styles":["ink"]}                    | Prompt styles
          {"seed_resize_from_w":64,"seed_resize_from_h":60}  | The height to resize the seed from must be
          {"seed_resize_from_w":4096,"seed_resize_from_h":64} | multiple of 8 between 64 and 2048 pixels
          {"script_name":"X/Y/Z plot"}          | Scripts
          {"alwayson_scripts":{"ADetailer":{}}} | The plugin adetailer does not run;
          {"alwayson_scripts":{"lora":{"args":[1]}}} | Always-on scripts are plugins here
          {"refiner_checkpoint":"x"}            | The refiner
          {"override_settings":{"CLIP_stop_at_last_layers":13}} | CLIP_stop_at_last_layers must be between 1 and 12, not 13.
          {"override_settings":{"CLIP_stop_at_last_layers":"x"}} | CLIP_stop_at_last_layers must be a number
          {"override_settings":{"sd_vae":"x"}}  | There is no VAE “x”; choose Automatic, None
          {"override_settings":[]}              | override_settings must be an object
          {"steps":"many"}                      | steps must be a number
          {"steps":2.5}                         | steps must be a whole number
          {"steps":0}                           | Steps must be between 1 and 150, not 0.
          {"width":100}                         | The width must be a multiple of 8
          {"cfg_scale":0}                       | Guidance must be between 1 and 30
          {"seed":4294967296}                   | The seed must be between 0 and 4294967295
          """)
  void saysWhatItCannotDo(String body, String sentence) {
    assertRefused(422, new JsonObject(body), sentence);
  }

  @Test
  void takesNumbersThatAreTexts() {
    JsonObject info = info(answered(small().put("steps", "3").put("width", " 128 ")));
    assertEquals(3, info.getInteger("steps"));
    assertEquals(128, info.getInteger("width"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"[]", "null", "\"text\"", "{", ""})
  void refusesABodyThatIsNoObject(String body) {
    for (String uri : List.of(TXT2IMG, "/sdapi/v1/options", "/sdapi/v1/png-info")) {
      HttpResponse<Buffer> response = studio.post(uri, Buffer.buffer(body));
      assertEquals(422, response.statusCode(), uri);
      assertTrue(response.bodyAsJsonObject().getString("detail").startsWith("Send "), uri);
    }
  }

  @Test
  void listsTheModelsThatCanBeUsedWithoutTheirPaths() {
    assertEquals(
        new JsonArray()
            .add(
                new JsonObject()
                    .put("title", "storybook")
                    .put("model_name", "storybook")
                    .putNull("hash")
                    .putNull("sha256")
                    .put("filename", "storybook")
                    .putNull("config")),
        studio.get("/sdapi/v1/sd-models").bodyAsJsonArray());
  }

  @ParameterizedTest
  @ValueSource(strings = {"storybook", "storybook.safetensors"})
  void takesAModelByItsNames(String name) {
    JsonObject override = new JsonObject().put("sd_model_checkpoint", name);
    JsonObject info = info(answered(small().put("override_settings", override)));
    assertEquals("storybook", info.getString("sd_model_name"));
  }

  @Test
  void doesNotFindAModelThatIsNotThere() {
    JsonObject override = new JsonObject().put("sd_model_checkpoint", "nobody");
    assertRefused(404, small().put("override_settings", override), "Model not found: nobody.");
    assertEquals(404, studio.post("/sdapi/v1/options", override).statusCode());
  }

  @Test
  void saysWhyAModelCannotBeUsed() {
    JsonObject override = new JsonObject().put("sd_model_checkpoint", "checkpoints/broken");
    assertRefused(422, small().put("override_settings", override), "broken.safetensors");
  }

  /** Open WebUI reads the options, sets the model in them and sends all of them back. */
  @Test
  void takesItsOwnOptionsBack() {
    JsonObject options = studio.get("/sdapi/v1/options").bodyAsJsonObject();
    assertEquals("storybook", options.getString("sd_model_checkpoint"));
    HttpResponse<Buffer> response = studio.post("/sdapi/v1/options", options);
    assertEquals(200, response.statusCode());
    assertEquals("null", response.bodyAsString());
    assertEquals(options, studio.get("/sdapi/v1/options").bodyAsJsonObject());
  }

  @Test
  void takesTheClipSkipOfARequestBeforeThatOfTheOptions() {
    JsonObject three = new JsonObject().put("CLIP_stop_at_last_layers", 3);
    assertEquals(200, studio.post("/sdapi/v1/options", three).statusCode());
    try {
      JsonObject options = studio.get("/sdapi/v1/options").bodyAsJsonObject();
      assertEquals(3, options.getInteger("CLIP_stop_at_last_layers"));
      assertEquals(3, info(answered(small())).getInteger("clip_skip"));
      JsonObject two = new JsonObject().put("CLIP_stop_at_last_layers", 2);
      JsonObject info = info(answered(small().put("override_settings", two)));
      assertEquals(2, info.getInteger("clip_skip"));
      String text = info.getJsonArray("infotexts").getString(0);
      assertTrue(text.contains(", Clip skip: 2, "), text);
    } finally {
      JsonObject none = new JsonObject().put("CLIP_stop_at_last_layers", 0);
      assertEquals(200, studio.post("/sdapi/v1/options", none).statusCode());
    }
    assertEquals(1, info(answered(small())).getInteger("clip_skip"));
  }

  @Test
  void refusesOptionsThatItCannotHave() {
    JsonObject clipSkip = new JsonObject().put("CLIP_stop_at_last_layers", 13);
    assertEquals(422, studio.post("/sdapi/v1/options", clipSkip).statusCode());
    JsonObject format = new JsonObject().put("samples_format", "webp");
    assertEquals(422, studio.post("/sdapi/v1/options", format).statusCode());
    JsonObject unknown = new JsonObject().put("some_extension_setting", 2);
    assertEquals(200, studio.post("/sdapi/v1/options", unknown).statusCode());
  }

  @Test
  void readsWhatAPictureSaysOfItself() {
    JsonObject answer = answered(small().put("seed", 7).put("negative_prompt", "rain"));
    String image = answer.getJsonArray("images").getString(0);
    for (String form : List.of(image, "data:image/png;base64," + image)) {
      JsonObject request = new JsonObject().put("image", form);
      JsonObject read = studio.post("/sdapi/v1/png-info", request).bodyAsJsonObject();
      assertEquals(info(answer).getJsonArray("infotexts").getString(0), read.getString("info"));
      assertEquals(new JsonObject(), read.getJsonObject("items"));
      JsonObject parameters = read.getJsonObject("parameters");
      assertEquals("a fox", parameters.getString("Prompt"));
      assertEquals("rain", parameters.getString("Negative prompt"));
      assertEquals("2", parameters.getString("Steps"));
      assertEquals("7", parameters.getString("Seed"));
      assertEquals("64", parameters.getString("Size-1"));
      assertEquals("64", parameters.getString("Size-2"));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "!",
        "AAAA",
        "data:image/png;base64,",
        "http://127.0.0.1/x.png",
        "/etc/passwd"
      })
  void refusesWhatIsNoPng(String image) {
    JsonObject request = new JsonObject().put("image", image);
    HttpResponse<Buffer> response = studio.post("/sdapi/v1/png-info", request);
    assertEquals(422, response.statusCode());
    assertFalse(response.bodyAsJsonObject().getString("detail").isBlank());
  }

  @Test
  void answersErrorsInFastApisShape() {
    assertEquals(
        new JsonObject().put("detail", "There is nothing at this address."),
        studio.get("/sdapi/v1/nowhere").bodyAsJsonObject());
  }
}
