package dev.atelier.server.http;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.atelier.models.text.ClipVocabulary;
import dev.atelier.server.AtelierServer;
import dev.atelier.server.ServerConfig;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.client.HttpResponse;
import io.vertx.ext.web.client.WebClient;
import io.vertx.ext.web.client.WebClientOptions;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
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
  private static final Path GOLDEN =
      Path.of("..", "models", "src", "test", "resources", "golden").toAbsolutePath().normalize();

  /** Mean absolute difference a channel, of 255. */
  private static final double TOLERANCE = 0.5;

  private static final Vertx vertx = Vertx.vertx();
  private static AtelierServer server;
  private static WebClient client;

  @BeforeAll
  static void start(@TempDir Path folder) throws IOException {
    Path model = copyModel(folder.resolve("golden"));
    server =
        AtelierServer.start(
                new ServerConfig(
                    "127.0.0.1",
                    0,
                    folder.resolve("data"),
                    List.of(model),
                    LiveStudio.STORYBOOK,
                    List.of()))
            .await();
    client =
        WebClient.create(
            vertx,
            new WebClientOptions().setDefaultHost("127.0.0.1").setDefaultPort(server.port()));
  }

  @AfterAll
  static void stop() {
    server.close().await();
    vertx.close().await();
  }

  /** The golden model comes without its vocabulary, which is CLIP's. */
  private static Path copyModel(Path folder) throws IOException {
    Path model = GOLDEN.resolve("model");
    try (Stream<Path> files = Files.walk(model)) {
      for (Path from : files.filter(Files::isRegularFile).toList()) {
        Path to = folder.resolve(model.relativize(from).toString());
        Files.createDirectories(to.getParent());
        Files.copy(from, to);
      }
    }
    ClipVocabulary.standard().writeTo(Files.createDirectories(folder.resolve("tokenizer")));
    return folder;
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

  /** The gallery's picture of a request. */
  private static JsonObject made(JsonObject request) {
    return madeAll(request).get(0);
  }

  private static List<JsonObject> madeAll(JsonObject request) {
    JsonObject queued =
        client.post("/api/v1/images").sendJsonObject(request).await().bodyAsJsonObject();
    JsonObject job = ended(queued.getString("id"));
    assertEquals("done", job.getString("state"), job::encodePrettily);
    return job.getJsonArray("images").stream().map(JsonObject.class::cast).toList();
  }

  private static BufferedImage picture(JsonObject image) throws IOException {
    HttpResponse<Buffer> file = client.get(image.getString("url")).send().await();
    return ImageIO.read(new ByteArrayInputStream(file.body().getBytes()));
  }

  /** Waits as long as it takes: the machine may have other things to do. */
  private static JsonObject ended(String id) {
    JsonObject job;
    do {
      job = client.get("/api/v1/jobs/" + id + "?wait=60").send().await().bodyAsJsonObject();
    } while (job.getValue("finished_at") == null);
    return job;
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
    double difference = difference("seed." + name + ".7", picture(made(request(sampler))));
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
    List<JsonObject> images = madeAll(request);
    long[] wanted = tensor(name);
    for (int i = 0; i < 3; i++) {
      int size = wanted.length / 3;
      long[] one = Arrays.copyOfRange(wanted, i * size, (i + 1) * size);
      double difference = difference(one, picture(images.get(i)));
      assertTrue(difference < TOLERANCE, name + " " + i + " is off by " + difference);
    }
  }

  @Test
  void makesTheSamePictureAgainFromWhatThePictureSays() throws IOException {
    JsonObject first = made(request("Euler a").put("seed", -1));
    JsonObject again = first.getJsonObject("request").put("seed", first.getLong("seed"));
    assertArrayEquals(pixels(picture(first)), pixels(picture(made(again))));
  }

  @Test
  void makesTheSamePictureForClientsOfA1111() throws IOException {
    JsonObject request = request("DPM++ 2M Karras");
    JsonObject theirs =
        request
            .put("cfg_scale", request.getDouble("guidance_scale"))
            .put("sampler_name", "DPM++ 2M")
            .put("scheduler", "Karras");
    String image =
        client
            .post("/sdapi/v1/txt2img")
            .sendJsonObject(theirs)
            .await()
            .bodyAsJsonObject()
            .getJsonArray("images")
            .getString(0);
    BufferedImage picture =
        ImageIO.read(new ByteArrayInputStream(Base64.getDecoder().decode(image)));
    double difference = difference("seed.dpmpp_2m_karras.7", picture);
    assertTrue(difference < TOLERANCE, "off by " + difference);
  }

  private static int[] pixels(BufferedImage image) {
    return image.getRGB(0, 0, image.getWidth(), image.getHeight(), null, 0, image.getWidth());
  }

  /** Mean absolute difference from the reference's picture, a channel, of 255. */
  private static double difference(String name, BufferedImage actual) throws IOException {
    return difference(tensor(name), actual);
  }

  private static double difference(long[] wanted, BufferedImage actual) {
    long difference = 0;
    for (int i = 0; i < wanted.length; i++) {
      int pixel = actual.getRGB(i / 3 % actual.getWidth(), i / 3 / actual.getWidth());
      difference += Math.abs(wanted[i] - ((pixel >> (8 * (2 - i % 3))) & 0xFF));
    }
    return (double) difference / wanted.length;
  }

  /** A tensor of 64-bit integers in a safetensors file: a length, a header in JSON, the data. */
  private static long[] tensor(String name) throws IOException {
    ByteBuffer file =
        ByteBuffer.wrap(Files.readAllBytes(GOLDEN.resolve("expected.safetensors")))
            .order(ByteOrder.LITTLE_ENDIAN);
    byte[] header = new byte[(int) file.getLong()];
    file.get(header);
    JsonArray offsets =
        new JsonObject(new String(header, StandardCharsets.UTF_8))
            .getJsonObject(name)
            .getJsonArray("data_offsets");
    long[] numbers = new long[(offsets.getInteger(1) - offsets.getInteger(0)) / Long.BYTES];
    file.position(file.position() + offsets.getInteger(0));
    file.slice().order(ByteOrder.LITTLE_ENDIAN).asLongBuffer().get(numbers);
    return numbers;
  }
}
