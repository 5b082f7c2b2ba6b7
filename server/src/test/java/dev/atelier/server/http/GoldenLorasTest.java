package dev.atelier.server.http;

import static dev.atelier.server.http.GoldenStudio.TOLERANCE;
import static dev.atelier.server.http.GoldenStudio.difference;
import static dev.atelier.server.http.GoldenStudio.pixels;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.atelier.server.GoldenModel;
import dev.atelier.server.plugins.LoraJar;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The plugin's jar in the whole studio: pictures with LoRAs are the reference's. */
class GoldenLorasTest {
  private static GoldenStudio studio;

  @BeforeAll
  static void start(@TempDir Path folder) throws IOException {
    Path loras = Files.createDirectories(folder.resolve("mine").resolve("Lora"));
    Path kohya = GoldenModel.GOLDEN.resolve("lora_kohya");
    Files.copy(kohya.resolve("lora.safetensors"), loras.resolve("kohya.safetensors"));
    Files.copy(kohya.resolve("locon.safetensors"), loras.resolve("locon.safetensors"));
    Files.copy(
        GoldenModel.GOLDEN.resolve("lora_diffusers").resolve("pytorch_lora_weights.safetensors"),
        loras.resolve("diffusers.safetensors"));
    LoraJar.dropInto(Files.createDirectories(folder.resolve("data")));
    studio = new GoldenStudio(folder, folder.resolve("mine"));
  }

  @AfterAll
  static void stop() {
    studio.close();
  }

  private static JsonObject request(String prompt) {
    return new JsonObject()
        .put("prompt", prompt)
        .put("width", 64)
        .put("height", 64)
        .put("steps", 6)
        .put("sampler", "DDIM")
        .put("seed", 3)
        .put("guidance_scale", 5);
  }

  private static final String PROMPT = "a photo of sks woman face";

  private static JsonObject cards(Map<String, Double> weights) {
    JsonArray loras = new JsonArray();
    weights.forEach(
        (name, weight) -> loras.add(new JsonObject().put("name", name).put("unet", weight)));
    return new JsonObject().put("lora", new JsonObject().put("loras", loras));
  }

  private static int[] made(JsonObject request) throws IOException {
    return pixels(studio.picture(studio.made(request)));
  }

  /** The reference's were made with diffusers' file, which has no alpha. */
  @ParameterizedTest
  @CsvSource({"seed.lora.1.0, 1.0", "seed.lora.0.4, 0.4"})
  void makesTheReferencesPicture(String name, double weight) throws IOException {
    JsonObject byTag = request(PROMPT + "<lora:diffusers:" + weight + ">");
    JsonObject byCard = request(PROMPT).put("plugins", cards(Map.of("diffusers", weight)));
    for (JsonObject request : List.of(byTag, byCard)) {
      double difference = difference(name, studio.picture(studio.made(request)));
      assertTrue(difference < TOLERANCE, name + " is off by " + difference);
    }
  }

  /** diffusers' file has no alpha, 8 for a rank of 4 in kohya's. */
  @Test
  void bothNamingsOfALoraMakeTheSamePicture() throws IOException {
    int[] kohya = made(request(PROMPT + "<lora:kohya:0.5>"));
    int[] diffusers = made(request(PROMPT + "<lora:diffusers:1>"));
    assertArrayEquals(kohya, diffusers);
  }

  /** Behind a picture with a LoRA the base model's is what it was, to the byte. */
  @Test
  void thePictureBehindOneWithALoraIsTheBaseModels() throws IOException {
    int[] base = made(request(PROMPT));
    for (String tag : List.of("<lora:kohya:1>", "<lora:locon:1>", "<lora:diffusers:-1:0.3>")) {
      assertFalse(Arrays.equals(base, made(request(PROMPT + tag))), tag);
      assertArrayEquals(base, made(request(PROMPT)), tag);
    }
  }

  @Test
  void jobsInTheQueueDoNotSeeEachOthersLoras() throws IOException {
    List<String> tags = List.of("<lora:kohya:1>", "<lora:locon:0.7>", "", "<lora:kohya:0.4>");
    int[][] alone = new int[tags.size()][];
    for (int i = 0; i < alone.length; i++) {
      alone[i] = made(request(PROMPT + tags.get(i)));
    }
    List<String> queued =
        tags.stream()
            .map(tag -> studio.post("/api/v1/images", request(PROMPT + tag)).getString("id"))
            .toList();
    for (int i = 0; i < alone.length; i++) {
      JsonObject image = studio.ended(queued.get(i)).getJsonArray("images").getJsonObject(0);
      assertArrayEquals(alone[i], pixels(studio.picture(image)), tags.get(i));
    }
  }
}
