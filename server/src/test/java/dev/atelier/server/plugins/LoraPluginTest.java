package dev.atelier.server.plugins;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.atelier.server.GradientGenerator;
import dev.atelier.server.http.LiveStudio;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the LoRA plugin finds, says, takes and refuses; the pictures are gradients here. */
class LoraPluginTest {

  @TempDir private Path data;
  private Path models;
  private LiveStudio studio;

  @BeforeEach
  void start() {
    models = data.resolve("mine");
    LoraFiles.ofSeed(1)
        .metadata("ss_output_name", "Ink Style")
        .metadata("ss_base_model_version", "sd_v1")
        .words("ink drawing", "paper")
        .tensor("lora_unet_nowhere.lora_down.weight", 4, 8)
        .write(models, "ink");
    LoraFiles.ofSeed(2).write(models, "watercolor (v2)");
    LoraFiles.write(
        models, "broken.safetensors", "no safetensors".getBytes(StandardCharsets.UTF_8));
    LoraJar.dropInto(data);
    studio = LiveStudio.open(data, GradientGenerator.free(), List.of(models, LiveStudio.STORYBOOK));
  }

  @AfterEach
  void stop() {
    studio.close();
  }

  private static JsonObject request(String prompt) {
    return new JsonObject()
        .put("prompt", prompt)
        .put("width", 64)
        .put("height", 64)
        .put("steps", 1);
  }

  private static JsonObject card(String name, double weight) {
    JsonObject use = new JsonObject().put("name", name).put("unet", weight);
    JsonObject lora = new JsonObject().put("loras", new JsonArray().add(use));
    return new JsonObject().put("lora", lora);
  }

  private JsonObject listed(String name) {
    return studio.get("/plugins/lora/list").bodyAsJsonObject().getJsonArray("loras").stream()
        .map(JsonObject.class::cast)
        .filter(lora -> lora.getString("name").equals(name))
        .findFirst()
        .orElseThrow();
  }

  private String parameters(JsonObject request) {
    JsonObject job = studio.make(request);
    assertEquals("done", job.getString("state"), job::encodePrettily);
    return job.getJsonArray("images").getJsonObject(0).getString("parameters");
  }

  @Test
  void theListSaysWhatTheFilesSay() {
    JsonObject ink = listed("ink");
    assertEquals("loras/ink", ink.getString("id"));
    assertEquals("Ink Style", ink.getString("alias"));
    assertEquals("Stable Diffusion 1.5", ink.getString("base_model"));
    assertEquals("LoRA, rank 4", ink.getString("kind"));
    assertEquals(
        new JsonArray().add("ink drawing").add("paper"), ink.getJsonArray("trigger_words"));
    assertEquals(5, ink.getInteger("unet_modules"));
    assertEquals(2, ink.getInteger("text_encoder_modules"));
    assertEquals(
        new JsonArray().add("lora_unet_nowhere.lora_down.weight"), ink.getJsonArray("unmatched"));
    assertNull(ink.getString("problem"));
    assertNull(ink.getString("thumbnail"));
    assertTrue(listed("broken").getString("problem").contains("broken.safetensors"));
  }

  @Test
  void aFileThatComesIsListedAfterARescan() {
    LoraFiles.ofSeed(3).write(models, "new one");
    studio.post("/api/v1/models/rescan", new JsonObject());
    assertEquals("new one", listed("new one").getString("name"));
  }

  @ParameterizedTest
  @CsvSource({
    "<lora:ink>",
    "<lora:ink:0.8>",
    "<lora:ink:0.8:0.5>",
    "<lora:ink:te=0.3:unet=-1.5>",
    "<lora:Ink Style:1>",
    "<lora:INK:1>",
    "<lyco:ink:1>"
  })
  void tagsAreTakenAndStayInTheSettings(String tag) {
    String parameters = parameters(request("a fox, " + tag + " in snow"));
    assertTrue(parameters.startsWith("a fox, " + tag + " in snow\n"), parameters);
    assertTrue(parameters.matches("(?s).*Lora hashes: \"ink: [0-9a-f]{12}\".*"), parameters);
  }

  @Test
  void namesWithBracketsMayBeEscaped() {
    String parameters = parameters(request("a fox <lora:watercolor \\(v2\\):0.7>"));
    assertTrue(parameters.contains("Lora hashes: \"watercolor (v2): "), parameters);
  }

  @Test
  void aCardAndATagInTheNegativePromptAreTakenTogether() {
    JsonObject request =
        request("a fox")
            .put("negative_prompt", "blurry <lora:watercolor (v2):1>")
            .put("plugins", card("loras/ink", 0.5));
    String parameters = parameters(request);
    assertTrue(
        parameters.matches("(?s).*Lora hashes: \"ink: \\w{12}, watercolor \\(v2\\): \\w{12}\".*"),
        parameters);
  }

  @ParameterizedTest
  @CsvSource({
    "0.5, 0.5, <lora:ink:0.5>",
    "0.8, 0.25, <lora:ink:0.25:0.8>",
    "-1, 0, <lora:ink:0:-1>",
    "0.1, 0.3333333, <lora:ink:0.3333:0.1>"
  })
  void otherProgramsReadACardAsATagBehindThePrompt(double unet, double textEncoder, String tag) {
    JsonObject card = card("loras/ink", unet);
    card.getJsonObject("lora")
        .getJsonArray("loras")
        .getJsonObject(0)
        .put("text_encoder", textEncoder);
    JsonObject job = studio.make(request("a fox").put("plugins", card));
    JsonObject image = job.getJsonArray("images").getJsonObject(0);
    String text = image.getString("parameters");
    assertTrue(text.startsWith("a fox " + tag + "\n"), text);
    assertEquals("a fox", image.getJsonObject("request").getString("prompt"));
    // Read as a prompt, it asks for the same.
    String again = parameters(request("a fox " + tag));
    assertEquals(
        text.substring(text.indexOf("Lora hashes")), again.substring(again.indexOf("Lora hashes")));
  }

  @Test
  void whatWeighsNothingIsNotInThePicture() {
    assertFalse(parameters(request("a fox <lora:ink:0>")).contains("Lora hashes"));
    assertFalse(
        parameters(request("a fox <lora:ink:-1>").put("plugins", card("ink", 1)))
            .contains("Lora hashes"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "<lora:inc:1> | There is no LoRA “inc”; did you mean ink?",
        "<lora:nothing like it:1> | There is no LoRA “nothing like it”; put its file into the folder loras of a model folder and rescan, or leave it out.",
        "<lora:ink:much> | The weight “much” in <lora:ink:much> is no number; write it like <lora:name:0.8>.",
        "<lora:ink:11> | The weights of the LoRA “ink” must be between -10 and 10 altogether.",
        "<lora::1> | The tag <lora::1> names no LoRA; write <lora:name:0.8>."
      })
  void whatCannotBeMadeIsRefusedBeforeItIsQueued(String tag, String sentence) {
    var response = studio.post("/api/v1/images", request("a fox " + tag));
    JsonObject problem = response.bodyAsJsonObject();
    assertEquals(400, response.statusCode(), problem::encode);
    assertEquals(sentence, problem.getString("detail"));
    assertEquals("prompt", problem.getString("field"));
    var others = studio.post("/sdapi/v1/txt2img", request("a fox " + tag));
    assertEquals(422, others.statusCode());
    assertEquals(sentence, others.bodyAsJsonObject().getString("detail"));
  }

  @Test
  void clientsOfAutomatic1111FindAndUseThem() {
    JsonArray loras = studio.get("/sdapi/v1/loras").bodyAsJsonArray();
    assertEquals(2, loras.size(), "the broken one is no choice");
    JsonObject ink = loras.getJsonObject(0);
    assertEquals("ink", ink.getString("name"));
    assertEquals("Ink Style", ink.getString("alias"));
    assertEquals("sd_v1", ink.getJsonObject("metadata").getString("ss_base_model_version"));
    LoraFiles.ofSeed(3).write(models, "new one");
    assertEquals(200, studio.post("/sdapi/v1/refresh-loras", new JsonObject()).statusCode());
    assertEquals(3, studio.get("/sdapi/v1/loras").bodyAsJsonArray().size());

    JsonArray args = new JsonArray().add(card("ink", 0.5).getJsonObject("lora"));
    JsonObject scripts = new JsonObject().put("LoRA", new JsonObject().put("args", args));
    JsonObject answer =
        studio
            .post(
                "/sdapi/v1/txt2img",
                request("a fox <lora:new one:1>").put("alwayson_scripts", scripts))
            .bodyAsJsonObject();
    String text = new JsonObject(answer.getString("info")).getJsonArray("infotexts").getString(0);
    assertTrue(text.matches("(?s).*Lora hashes: \"ink: \\w{12}, new one: \\w{12}\".*"), text);
  }

  @Test
  void aBrokenOneIsRefusedWithItsReason() {
    var response =
        studio.post("/api/v1/images", request("a fox").put("plugins", card("broken", 1)));
    assertEquals(400, response.statusCode());
    String detail = response.bodyAsJsonObject().getString("detail");
    assertTrue(detail.startsWith("The LoRA “broken” cannot be used: "), detail);
  }

  /** The plugin stays: it is the user who has to change something. */
  @Test
  void aFileThatGoesWhileItsPictureWaitsFailsThatPictureAlone() throws IOException {
    studio.close();
    GradientGenerator generator = GradientGenerator.held();
    studio = LiveStudio.open(data, generator, List.of(models, LiveStudio.STORYBOOK));
    studio.post("/api/v1/images", request("first"));
    JsonObject queued =
        studio.post("/api/v1/images", request("a fox <lora:ink:1>")).bodyAsJsonObject();
    Files.delete(models.resolve("loras").resolve("ink.safetensors"));
    studio.post("/api/v1/models/rescan", new JsonObject());
    generator.letGo();
    JsonObject job =
        studio.get("/api/v1/jobs/" + queued.getString("id") + "?wait=60").bodyAsJsonObject();
    assertEquals("failed", job.getString("state"));
    assertTrue(job.getString("error").startsWith("There is no LoRA “ink”"), job::encode);
    assertEquals(PluginStatus.State.RUNNING, studio.plugins.plugins().get(0).state());
  }

  @Test
  void nestedParametersAreHeldAgainstTheSchema() {
    JsonObject plugins = card("ink", 3);
    var response = studio.post("/api/v1/images", request("a fox").put("plugins", plugins));
    assertEquals(400, response.statusCode());
    assertEquals(
        "The parameter loras[0].unet of the plugin lora must be a number from -2 to 2.",
        response.bodyAsJsonObject().getString("detail"));
  }

  @Test
  void aPictureBesideTheFileIsItsThumbnailUntilTheUserChoosesAnother() throws IOException {
    byte[] green = png(0x00FF00);
    LoraFiles.write(models, "ink.preview.png", green);
    assertEquals(0x00FF00, colour(thumbnail()), 0x0A0A0A);
    String chosen = "data:image/png;base64," + Base64.getEncoder().encodeToString(png(0xFF0000));
    String address = "/plugins/lora/thumbnail?id=loras/ink";
    assertEquals(200, studio.post(address, new JsonObject().put("picture", chosen)).statusCode());
    assertEquals(0xFF, colour(thumbnail()) >> 16, 8);
    assertArrayEquals(green, Files.readAllBytes(models.resolve("loras/ink.preview.png")));
    studio.post(address, new JsonObject().putNull("picture"));
    assertEquals(0, colour(thumbnail()) >> 16, 8);
    assertEquals(
        422,
        studio
            .post(address, new JsonObject().put("picture", "data:image/png;base64,AAAA"))
            .statusCode());
  }

  /** Only what lies beside a LoRA of the catalog, under its name. */
  @Test
  void noOtherFileIsHandedOut() throws IOException {
    Path outside = Files.write(data.resolve("secret.png"), png(0));
    Files.createSymbolicLink(models.resolve("loras").resolve("ink.png"), outside);
    assertNull(listed("ink").getString("thumbnail"));
    for (String id : List.of("loras/ink", "../secret", "loras/../../secret", "")) {
      assertEquals(404, studio.get("/plugins/lora/thumbnail?id=" + id).statusCode(), id);
    }
  }

  private BufferedImage thumbnail() throws IOException {
    var answer = studio.get(listed("ink").getString("thumbnail"));
    assertEquals("image/jpeg", answer.getHeader("Content-Type"));
    return ImageIO.read(new ByteArrayInputStream(answer.body().getBytes()));
  }

  private static int colour(BufferedImage picture) {
    return picture.getRGB(picture.getWidth() / 2, picture.getHeight() / 2) & 0xFFFFFF;
  }

  private static byte[] png(int rgb) throws IOException {
    BufferedImage picture = new BufferedImage(40, 60, BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < 40 * 60; i++) {
      picture.setRGB(i % 40, i / 40, rgb);
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ImageIO.write(picture, "png", out);
    return out.toByteArray();
  }
}
