package dev.atelier.server.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import dev.atelier.models.pipeline.ImageRequest;
import dev.atelier.models.sampling.Sampler;
import dev.atelier.models.sampling.ScheduleType;
import dev.atelier.server.GradientGenerator;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.client.HttpResponse;
import io.vertx.openapi.contract.OpenAPIContract;
import io.vertx.openapi.contract.Operation;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OpenApiTest {
  private static LiveStudio studio;
  private static OpenAPIContract contract;

  @BeforeAll
  static void open(@TempDir Path data) {
    studio = LiveStudio.open(data, GradientGenerator.free());
    contract = ApiContract.load(studio.rooms.vertx).await().contract();
  }

  @AfterAll
  static void close() {
    studio.close();
  }

  private static JsonObject schema(String name) {
    return contract
        .getRawContract()
        .getJsonObject("components")
        .getJsonObject("schemas")
        .getJsonObject(name);
  }

  @Test
  void isServedAsItIs() {
    HttpResponse<Buffer> response = studio.get("/api/v1/openapi.yaml");
    assertEquals("application/yaml", response.getHeader("Content-Type"));
    assertEquals(
        studio.rooms.vertx.fileSystem().readFile("atelier/openapi.yaml").await(), response.body());
  }

  @Test
  void describesEveryOperation() {
    for (Operation operation : contract.operations()) {
      JsonObject model = operation.getOpenAPIModel();
      assertNotNull(model.getString("summary"), operation.getOperationId());
      assertNotNull(
          model.getJsonObject("responses").getJsonObject("default"), operation.getOperationId());
    }
  }

  @Test
  void leavesNoOperationUnanswered() {
    for (Operation operation : contract.operations()) {
      String path =
          operation
              .getAbsoluteOpenAPIPath()
              .replace("{id}", "6a4a1c1e-8f0b-4d6a-9b0e-6f6f3f0f7c55");
      int status =
          studio.client.request(operation.getHttpMethod(), path).send().await().statusCode();
      assertFalse(Set.of(405, 500, 501, 503).contains(status), operation + " " + status);
    }
  }

  @Test
  void allowsNoMethodThatIsNotDescribed() {
    for (String path : contract.getPaths().stream().map(p -> p.getName()).toList()) {
      Set<HttpMethod> described =
          contract.operations().stream()
              .filter(operation -> operation.getAbsoluteOpenAPIPath().equals(path))
              .map(Operation::getHttpMethod)
              .collect(Collectors.toSet());
      for (HttpMethod method :
          Set.of(
              HttpMethod.GET,
              HttpMethod.POST,
              HttpMethod.PUT,
              HttpMethod.PATCH,
              HttpMethod.DELETE)) {
        if (described.contains(method)) {
          continue;
        }
        HttpResponse<Buffer> response =
            studio
                .client
                .request(method, path.replace("{id}", "6a4a1c1e-8f0b-4d6a-9b0e-6f6f3f0f7c55"))
                .send()
                .await();
        assertEquals(405, response.statusCode(), method + " " + path);
        assertEquals(
            described.stream().map(HttpMethod::name).sorted().collect(Collectors.joining(", ")),
            response.getHeader("Allow"),
            path);
      }
    }
  }

  @Test
  void namesTheSamplersThatThereAre() {
    assertEquals(
        Arrays.stream(Sampler.values()).map(Sampler::label).toList(),
        schema("Sampler").getJsonArray("enum").stream().toList());
    assertEquals(
        Arrays.stream(ScheduleType.values()).map(ScheduleType::label).toList(),
        schema("ScheduleType").getJsonArray("enum").stream().toList());
  }

  @Test
  void givesTheLimitsThatRequestsAreHeldTo() {
    JsonObject fields = schema("NewImages").getJsonObject("properties");
    Map.of(
            "width", ImageRequest.MAX_SIZE,
            "height", ImageRequest.MAX_SIZE,
            "steps", ImageRequest.MAX_STEPS,
            "batch_size", ImageRequest.MAX_BATCH,
            "clip_skip", ImageRequest.MAX_CLIP_SKIP)
        .forEach(
            (field, most) ->
                assertEquals(most, fields.getJsonObject(field).getInteger("maximum"), field));
    assertEquals(ImageRequest.MIN_SIZE, fields.getJsonObject("width").getInteger("minimum"));
    assertEquals(ImageRequest.MAX_SEED, fields.getJsonObject("seed").getLong("maximum"));
    assertEquals(
        ImageRequest.MAX_GUIDANCE_SCALE,
        fields.getJsonObject("guidance_scale").getDouble("maximum"));
    assertEquals(
        ImageRequest.MAX_PROMPT_LENGTH, fields.getJsonObject("prompt").getInteger("maxLength"));
  }
}
