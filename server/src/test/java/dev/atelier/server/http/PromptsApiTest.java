package dev.atelier.server.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.atelier.server.GradientGenerator;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.client.HttpResponse;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PromptsApiTest {
  private static LiveStudio studio;

  @BeforeAll
  static void open(@TempDir Path folder) throws IOException {
    Path embeddings = Files.createDirectories(folder.resolve("models").resolve("embeddings"));
    String header = "{\"emb_params\":{\"dtype\":\"U8\",\"shape\":[4,2],\"data_offsets\":[0,8]}}";
    Buffer file = Buffer.buffer().appendLongLE(header.length()).appendString(header);
    Files.write(
        embeddings.resolve("my-style.safetensors"), file.appendBytes(new byte[8]).getBytes());
    Files.writeString(embeddings.resolve("half.safetensors"), "no");
    studio =
        LiveStudio.open(
            folder.resolve("data"),
            GradientGenerator.free(),
            List.of(folder.resolve("models"), LiveStudio.STORYBOOK));
  }

  @AfterAll
  static void close() {
    studio.close();
  }

  private static HttpResponse<Buffer> post(JsonObject body) {
    return studio.post("/api/v1/prompt-lengths", body);
  }

  private static String length(String prompt) {
    JsonObject body = new JsonObject().put("prompt", prompt).put("model", "storybook");
    JsonObject length = post(body).bodyAsJsonObject().getJsonObject("prompt");
    return length.getInteger("tokens") + "/" + length.getInteger("room");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      textBlock =
          """
          ''                                    ~ 0/75
          a photo of a knight                   ~ 5/75
          a (photo:1.2) of [a] knight           ~ 5/75
          a [photo:photo of a knight:0.5]       ~ 5/75
          a BREAK photo                         ~ 76/150
          a photo, MY-STYLE                     ~ 7/75
          """)
  void countsWhatTheTextEncoderSees(String prompt, String length) {
    assertEquals(length, length(prompt));
  }

  @Test
  void seventyFiveTokensFillAChunk() {
    assertEquals("75/75", length("a ".repeat(75)));
    assertEquals("76/150", length("a ".repeat(76)));
  }

  @Test
  void countsTheNegativePromptToo() {
    JsonObject body = new JsonObject().put("prompt", "a").put("negative_prompt", "a photo");
    JsonObject answer = post(body).bodyAsJsonObject();
    assertEquals(1, answer.getJsonObject("prompt").getInteger("tokens"));
    assertEquals(2, answer.getJsonObject("negative_prompt").getInteger("tokens"));
  }

  @Test
  void anEmbeddingThatCannotBeReadIsNamed() {
    HttpResponse<Buffer> response = post(new JsonObject().put("prompt", "a half moon"));
    assertEquals(422, response.statusCode());
    String detail = response.bodyAsJsonObject().getString("detail");
    assertTrue(detail.startsWith("embeddings/half.safetensors: "), detail);
  }

  @Test
  void listsTheEmbeddingsForA1111sClients() {
    JsonObject item =
        new JsonObject()
            .putNull("step")
            .putNull("sd_checkpoint")
            .putNull("sd_checkpoint_name")
            .put("shape", 2)
            .put("vectors", 4);
    assertEquals(
        new JsonObject()
            .put("loaded", new JsonObject().put("my-style", item))
            .put("skipped", new JsonObject()),
        studio.get("/sdapi/v1/embeddings").bodyAsJsonObject());
  }

  @Test
  void anUnknownModelIsNamed() {
    HttpResponse<Buffer> response =
        post(new JsonObject().put("prompt", "a").put("model", "nobody"));
    assertEquals(422, response.statusCode());
    assertEquals("model", response.bodyAsJsonObject().getString("field"));
  }

  @Test
  void aPromptThatIsTooLongIsRefused() {
    HttpResponse<Buffer> response = post(new JsonObject().put("prompt", "a".repeat(10_001)));
    assertEquals(400, response.statusCode());
    assertEquals("prompt", response.bodyAsJsonObject().getString("field"));
  }
}
