package dev.atelier.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import dev.atelier.models.sampling.Sampler;
import dev.atelier.models.text.ClipVocabulary;
import dev.atelier.models.weights.SafetensorsFile;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.client.WebClient;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The reference implementation's pictures, asked for over HTTP from a studio that was pointed at
 * the reference's model.
 */
class GoldenApiTest {
  /** Mean absolute difference a channel, of 255. */
  private static final double TOLERANCE = 0.5;

  private static final Path GOLDEN = Path.of("..", "models", "src", "test", "resources", "golden");

  @TempDir private static Path folder;
  private static Vertx vertx;
  private static WebClient client;
  private static AtelierServer server;

  @BeforeAll
  static void start() throws IOException {
    Path model = folder.resolve("golden");
    copy(GOLDEN.resolve("model"), model);
    ClipVocabulary.standard().writeTo(Files.createDirectories(model.resolve("tokenizer")));
    vertx = Vertx.vertx();
    client = WebClient.create(vertx);
    server =
        AtelierServer.start(
                new ServerConfig(
                    "127.0.0.1",
                    0,
                    folder.resolve("data"),
                    List.of(model),
                    Path.of("..", "models", "storybook"),
                    List.of()))
            .await();
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Path copy = to.resolve(from.relativize(file).toString());
        Files.createDirectories(copy.getParent());
        Files.copy(file, copy);
      }
    }
  }

  @AfterAll
  static void stop() {
    server.close().await();
    vertx.close().await();
  }

  private static JsonObject request(Sampler sampler) {
    return new JsonObject()
        .put("model", "golden")
        .put("prompt", "a photo of sks woman face")
        .put("negative_prompt", "blurry, low quality")
        .put("steps", 8)
        .put("guidance_scale", 7.5)
        .put("sampler", sampler.label())
        .put("seed", 7)
        .put("width", 64)
        .put("height", 64);
  }

  @ParameterizedTest
  @EnumSource(Sampler.class)
  void pictureFromASeed(Sampler sampler) throws IOException {
    String name = sampler.name().toLowerCase(Locale.ROOT).replace("ancestral", "a");
    assertPictures("seed." + name + ".7", request(sampler));
  }

  private static void assertPictures(String name, JsonObject request) throws IOException {
    JsonObject job =
        client
            .post(server.port(), "127.0.0.1", "/api/v1/images")
            .sendJsonObject(request)
            .await()
            .bodyAsJsonObject();
    JsonObject done = get("/api/v1/jobs/" + job.getString("id") + "?wait=60").toJsonObject();
    assertEquals("done", done.getString("state"), done::encodePrettily);
    JsonArray images = done.getJsonArray("images");
    try (NDManager manager = NDManager.newBaseManager();
        SafetensorsFile expected = SafetensorsFile.open(GOLDEN.resolve("expected.safetensors"))) {
      NDArray wanted = expected.read(manager, name, DataType.FLOAT32);
      assertEquals(wanted.size(0), images.size());
      for (int i = 0; i < images.size(); i++) {
        Buffer png = get(images.getJsonObject(i).getString("url"));
        BufferedImage picture = ImageIO.read(new ByteArrayInputStream(png.getBytes()));
        double difference = difference(wanted.get(i).toFloatArray(), picture);
        assertTrue(difference < TOLERANCE, () -> name + " is off by " + difference);
      }
    }
  }

  private static Buffer get(String path) {
    return client.get(server.port(), "127.0.0.1", path).send().await().body();
  }

  private static double difference(float[] rgb, BufferedImage picture) {
    assertEquals(rgb.length, 3 * picture.getWidth() * picture.getHeight());
    double sum = 0;
    for (int i = 0; i < rgb.length; i++) {
      int pixel = picture.getRGB(i / 3 % picture.getWidth(), i / 3 / picture.getWidth());
      sum += Math.abs(rgb[i] - (pixel >> 8 * (2 - i % 3) & 0xFF));
    }
    return sum / rgb.length;
  }
}
