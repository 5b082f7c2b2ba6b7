package dev.atelier.server.http;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.atelier.server.AtelierServer;
import dev.atelier.server.GoldenModel;
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
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;

/** A studio with its own engine and the golden model, and the reference's pictures. */
final class GoldenStudio implements AutoCloseable {
  /** Mean absolute difference a channel, of 255. */
  static final double TOLERANCE = 0.5;

  private final Vertx vertx = Vertx.vertx();
  private final AtelierServer server;
  private final WebClient client;

  /**
   * @param folder where the model is copied to, and the data folder {@code data} lies
   * @param models model folders besides
   */
  GoldenStudio(Path folder, Path... models) throws IOException {
    List<Path> all = new ArrayList<>(List.of(GoldenModel.copyTo(folder.resolve("golden"))));
    all.addAll(List.of(models));
    server =
        AtelierServer.start(
                new ServerConfig(
                    "127.0.0.1", 0, folder.resolve("data"), all, LiveStudio.STORYBOOK, List.of()))
            .await();
    client =
        WebClient.create(
            vertx,
            new WebClientOptions().setDefaultHost("127.0.0.1").setDefaultPort(server.port()));
  }

  @Override
  public void close() {
    server.close().await();
    vertx.close().await();
  }

  /** The gallery's picture of a request. */
  JsonObject made(JsonObject request) {
    return madeAll(request).get(0);
  }

  List<JsonObject> madeAll(JsonObject request) {
    JsonObject queued = post("/api/v1/images", request);
    JsonObject job = ended(queued.getString("id"));
    assertEquals("done", job.getString("state"), job::encodePrettily);
    return job.getJsonArray("images").stream().map(JsonObject.class::cast).toList();
  }

  BufferedImage picture(JsonObject image) throws IOException {
    HttpResponse<Buffer> file = client.get(image.getString("url")).send().await();
    return ImageIO.read(new ByteArrayInputStream(file.body().getBytes()));
  }

  /** Posts to any of its addresses; the JSON that it answers. */
  JsonObject post(String address, JsonObject body) {
    return client.post(address).sendJsonObject(body).await().bodyAsJsonObject();
  }

  /** Waits as long as it takes: the machine may have other things to do. */
  JsonObject ended(String id) {
    JsonObject job;
    do {
      job = client.get("/api/v1/jobs/" + id + "?wait=60").send().await().bodyAsJsonObject();
    } while (job.getValue("finished_at") == null);
    return job;
  }

  static int[] pixels(BufferedImage image) {
    return image.getRGB(0, 0, image.getWidth(), image.getHeight(), null, 0, image.getWidth());
  }

  /** Mean absolute difference from the reference's picture, a channel, of 255. */
  static double difference(String name, BufferedImage actual) throws IOException {
    return difference(tensor(name), actual);
  }

  static double difference(long[] wanted, BufferedImage actual) {
    long difference = 0;
    for (int i = 0; i < wanted.length; i++) {
      int pixel = actual.getRGB(i / 3 % actual.getWidth(), i / 3 / actual.getWidth());
      difference += Math.abs(wanted[i] - ((pixel >> (8 * (2 - i % 3))) & 0xFF));
    }
    return (double) difference / wanted.length;
  }

  /** A tensor of 64-bit integers in a safetensors file: a length, a header in JSON, the data. */
  static long[] tensor(String name) throws IOException {
    ByteBuffer file =
        ByteBuffer.wrap(Files.readAllBytes(GoldenModel.GOLDEN.resolve("expected.safetensors")))
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
