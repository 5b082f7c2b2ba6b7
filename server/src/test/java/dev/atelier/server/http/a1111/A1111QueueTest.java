package dev.atelier.server.http.a1111;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.atelier.server.EventLog;
import dev.atelier.server.GradientGenerator;
import dev.atelier.server.http.LiveStudio;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.client.HttpResponse;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeoutException;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** AUTOMATIC1111's API while pictures are being made. */
class A1111QueueTest {
  private final GradientGenerator generator = GradientGenerator.held();
  private LiveStudio studio;

  @BeforeEach
  void open(@TempDir Path data) {
    studio = LiveStudio.open(data, generator);
  }

  @AfterEach
  void close() {
    generator.allow(1_000_000);
    studio.close();
  }

  private static JsonObject request(String prompt, long seed) {
    return new JsonObject()
        .put("prompt", prompt)
        .put("seed", seed)
        .put("width", 64)
        .put("height", 64)
        .put("steps", 4);
  }

  private Future<HttpResponse<Buffer>> txt2img(JsonObject request) {
    return studio.client.post("/sdapi/v1/txt2img").sendJsonObject(request);
  }

  private JsonObject progress() {
    return studio.get("/sdapi/v1/progress?skip_current_image=true").bodyAsJsonObject();
  }

  @Test
  void tellsHowFarThePictureIs() throws TimeoutException {
    JsonObject idle = progress();
    assertEquals(0.0, idle.getDouble("progress"));
    assertEquals(0.0, idle.getDouble("eta_relative"));
    assertEquals(0, idle.getJsonObject("state").getInteger("job_count"));

    Future<HttpResponse<Buffer>> answer = txt2img(request("a fox", 1));
    generator.allow(3);
    studio.rooms.log.await(
        heard ->
            heard.stream()
                .filter(event -> EventLog.type(event, "progress"))
                .anyMatch(event -> event.getJsonObject("progress").getInteger("step") == 3));
    JsonObject busy = progress();
    assertEquals(0.75, busy.getDouble("progress"));
    JsonObject state = busy.getJsonObject("state");
    assertEquals(1, state.getInteger("job_count"));
    assertEquals(3, state.getInteger("sampling_step"));
    assertEquals(4, state.getInteger("sampling_steps"));
    assertTrue(state.getString("job_timestamp").matches("\\d{14}"));
    assertTrue(busy.containsKey("current_image"));
    assertTrue(busy.containsKey("textinfo"));

    generator.allow(1);
    assertEquals(200, answer.await().statusCode());
    assertEquals(0.0, progress().getDouble("progress"));
  }

  @Test
  void showsHowThePictureLooksSoFar() throws Exception {
    Future<HttpResponse<Buffer>> answer = txt2img(request("a fox", 1));
    studio.rooms.log.awaitChange("running 1");
    assertNull(current("")); // from here on somebody looks
    generator.allow(1);
    String image = null;
    Instant end = Instant.now().plusSeconds(20);
    while (image == null && Instant.now().isBefore(end)) {
      image = current("");
    }
    BufferedImage preview =
        ImageIO.read(new ByteArrayInputStream(Base64.getDecoder().decode(image)));
    assertEquals(64, preview.getWidth());
    assertNull(current("?skip_current_image=true"));
    generator.allow(3);
    answer.await();
    assertNull(current(""));
  }

  private String current(String query) {
    return studio.get("/sdapi/v1/progress" + query).bodyAsJsonObject().getString("current_image");
  }

  @Test
  void interruptsThePictureInHand() throws TimeoutException {
    Future<HttpResponse<Buffer>> first = txt2img(request("a fox", 1));
    studio.rooms.log.awaitChange("running 1");
    Future<HttpResponse<Buffer>> second = txt2img(request("a fox", 2));
    studio.rooms.log.awaitChange("queued 2");
    assertEquals(
        new JsonObject(), studio.post("/sdapi/v1/interrupt", Buffer.buffer()).bodyAsJsonObject());
    generator.allow(1 + 4);
    JsonObject interrupted = first.await().bodyAsJsonObject();
    assertTrue(interrupted.getJsonArray("images").isEmpty());
    assertEquals(1, new JsonObject(interrupted.getString("info")).getInteger("seed"));
    assertEquals(1, second.await().bodyAsJsonObject().getJsonArray("images").size());
  }

  @Test
  void saysWhyAPictureFailed() {
    HttpResponse<Buffer> response = txt2img(request("weights", 1).put("n_iter", 3)).await();
    assertEquals(500, response.statusCode());
    String detail = response.bodyAsJsonObject().getString("detail");
    assertTrue(detail.contains("is cut off"), detail);
  }

  @Test
  void forgetsWhatNobodyWaitsForUnlessItHasBegun() throws TimeoutException {
    HttpClient leaver = studio.rooms.vertx.createHttpClient();
    HttpClientRequest first = sent(leaver, request("a fox", 1));
    studio.rooms.log.awaitChange("running 1");
    HttpClientRequest second = sent(leaver, request("a fox", 2));
    studio.rooms.log.awaitChange("queued 2");
    first.connection().close();
    second.connection().close();
    studio.rooms.log.awaitChange("cancelled 2");
    generator.allow(4);
    studio.rooms.log.awaitChange("done 1");
    assertEquals(
        List.of("queued 1", "running 1", "queued 2", "cancelled 2", "done 1"),
        studio.rooms.log.changes());
    leaver.close().await();
  }

  private HttpClientRequest sent(HttpClient client, JsonObject body) {
    HttpClientRequest request =
        client
            .request(HttpMethod.POST, studio.port(), LiveStudio.HOST, "/sdapi/v1/txt2img")
            .await();
    request.putHeader("Content-Type", "application/json");
    request.end(body.toBuffer()).await();
    return request;
  }
}
