package dev.atelier.server.http;

import static dev.atelier.server.http.GoldenStudio.TOLERANCE;
import static dev.atelier.server.http.GoldenStudio.difference;
import static dev.atelier.server.http.GoldenStudio.pixels;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.json.JsonObject;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The whole studio with its own engine: a request's picture is the reference implementation's, from
 * the body of a POST to the pixels of the PNG.
 */
class GoldenPicturesTest {
  private static GoldenStudio studio;

  @BeforeAll
  static void start(@TempDir Path folder) throws IOException {
    studio = new GoldenStudio(folder);
  }

  @AfterAll
  static void stop() {
    studio.close();
  }

  private static JsonObject request(String sampler) {
    return new JsonObject()
        .put("prompt", "a photo of sks woman face")
        .put("negative_prompt", "blurry, low quality")
        .put("width", 64)
        .put("height", 64)
        .put("steps", 8)
        .put("sampler", sampler)
        .put("seed", 7)
        .put("guidance_scale", 7.5);
  }

  /** The samplers' names are those that the reference's settings have. */
  @ParameterizedTest
  @CsvSource({
    "ddim, DDIM",
    "ddpm, DDPM",
    "pndm, PNDM",
    "lms, LMS",
    "euler, Euler",
    "euler_a, Euler a",
    "heun, Heun",
    "dpmpp_2m, DPM++ 2M",
    "dpmpp_2m_karras, DPM++ 2M Karras",
    "dpmpp_2m_sde_karras, DPM++ 2M SDE Karras",
    "unipc, UniPC"
  })
  void makesTheReferencesPicture(String name, String sampler) throws IOException {
    double difference =
        difference("seed." + name + ".7", studio.picture(studio.made(request(sampler))));
    assertTrue(difference < TOLERANCE, name + " is off by " + difference);
  }

  /** How the seeds of a batch count: with any other seed the pictures are 38 off. */
  @ParameterizedTest
  @CsvSource({
    "seed.batch3_seed_plus_i, seed_plus_index",
    "seed.batch3_one_generator, one_generator"
  })
  void makesTheReferencesBatch(String name, String batchNoise) throws IOException {
    JsonObject request =
        new JsonObject()
            .put("prompt", "a red cat")
            .put("width", 128)
            .put("height", 64)
            .put("steps", 5)
            .put("sampler", "DDIM")
            .put("seed", 5)
            .put("guidance_scale", 4)
            .put("batch_size", 3)
            .put("batch_noise", batchNoise);
    List<JsonObject> images = studio.madeAll(request);
    long[] wanted = GoldenStudio.tensor(name);
    for (int i = 0; i < 3; i++) {
      int size = wanted.length / 3;
      long[] one = Arrays.copyOfRange(wanted, i * size, (i + 1) * size);
      double difference = difference(one, studio.picture(images.get(i)));
      assertTrue(difference < TOLERANCE, name + " " + i + " is off by " + difference);
    }
  }

  @Test
  void makesTheSamePictureAgainFromWhatThePictureSays() throws IOException {
    JsonObject first = studio.made(request("Euler a").put("seed", -1));
    JsonObject again = first.getJsonObject("request").put("seed", first.getLong("seed"));
    assertArrayEquals(pixels(studio.picture(first)), pixels(studio.picture(studio.made(again))));
  }

  @Test
  void makesTheSamePictureForClientsOfA1111() throws IOException {
    JsonObject request = request("DPM++ 2M Karras");
    JsonObject theirs =
        request
            .put("cfg_scale", request.getDouble("guidance_scale"))
            .put("sampler_name", "DPM++ 2M")
            .put("scheduler", "Karras");
    String image = studio.post("/sdapi/v1/txt2img", theirs).getJsonArray("images").getString(0);
    BufferedImage picture =
        ImageIO.read(new ByteArrayInputStream(Base64.getDecoder().decode(image)));
    double difference = difference("seed.dpmpp_2m_karras.7", picture);
    assertTrue(difference < TOLERANCE, "off by " + difference);
  }
}
