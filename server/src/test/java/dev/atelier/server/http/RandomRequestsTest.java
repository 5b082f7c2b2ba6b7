package dev.atelier.server.http;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.atelier.server.GradientGenerator;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.client.HttpResponse;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.Tuple;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/** Whatever a client sends, it is told what is wrong with it, and never that the studio is. */
class RandomRequestsTest {
  private static final List<String> FIELDS =
      List.of(
          "model",
          "prompt",
          "negative_prompt",
          "width",
          "height",
          "steps",
          "guidance_scale",
          "guidance_rescale",
          "sampler",
          "schedule_type",
          "seed",
          "batch_size",
          "batch_noise",
          "clip_skip",
          "vae");

  private static final List<String> A1111_FIELDS =
      List.of(
          "prompt",
          "width",
          "height",
          "steps",
          "cfg_scale",
          "sampler_name",
          "scheduler",
          "seed",
          "batch_size",
          "n_iter",
          "override_settings",
          "styles",
          "enable_hr",
          "script_name",
          "alwayson_scripts",
          "send_images");

  private static Path folder;
  private static LiveStudio studio;

  @BeforeContainer
  static void open() throws IOException {
    folder = Files.createTempDirectory("atelier");
    // Without a model nothing is ever queued, however right a request is by chance.
    studio =
        LiveStudio.open(
            folder.resolve("data"),
            GradientGenerator.free(),
            List.of(LiveStudio.brokenModels(folder)));
  }

  @AfterContainer
  static void close() throws IOException {
    studio.close();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  @Property(tries = 400, shrinking = ShrinkingMode.OFF)
  void anyObjectIsAnswered(@ForAll("requests") JsonObject request) {
    HttpResponse<Buffer> response = studio.post("/api/v1/images", request);
    JsonObject problem = response.bodyAsJsonObject();
    assertTrue(Set.of(400, 409, 422).contains(response.statusCode()), problem.encode());
    assertFalse(problem.getString("detail").isBlank());
    assertTrue(problem.containsKey("field"), problem.encode());
  }

  @Property(tries = 400, shrinking = ShrinkingMode.OFF)
  void anyBytesAreAnswered(@ForAll byte[] body) {
    HttpResponse<Buffer> response = studio.post("/api/v1/images", Buffer.buffer(body));
    assertTrue(Set.of(400, 409).contains(response.statusCode()), response.bodyAsString());
    assertFalse(response.bodyAsJsonObject().getString("detail").isBlank());
  }

  @Property(tries = 400, shrinking = ShrinkingMode.OFF)
  void anyQueryIsAnswered(@ForAll String state, @ForAll String limit) {
    HttpResponse<Buffer> response =
        studio
            .client
            .get("/api/v1/jobs")
            .addQueryParam("state", state)
            .addQueryParam("limit", limit)
            .send()
            .await();
    assertTrue(Set.of(200, 400, 414).contains(response.statusCode()), response.bodyAsString());
  }

  @Property(tries = 400, shrinking = ShrinkingMode.OFF)
  void anyA1111RequestIsAnswered(@ForAll("a1111Requests") JsonObject request) {
    HttpResponse<Buffer> response = studio.post("/sdapi/v1/txt2img", request);
    assertTrue(Set.of(404, 409, 422).contains(response.statusCode()), response.bodyAsString());
    assertFalse(response.bodyAsJsonObject().getString("detail").isBlank());
  }

  @Provide
  Arbitrary<JsonObject> requests() {
    return objects(FIELDS);
  }

  @Provide
  Arbitrary<JsonObject> a1111Requests() {
    return objects(A1111_FIELDS);
  }

  /** Known fields with any value, rarely an unknown one. */
  private static Arbitrary<JsonObject> objects(List<String> fields) {
    Arbitrary<String> names =
        Arbitraries.frequencyOf(
            Tuple.of(20, Arbitraries.of(fields)), Tuple.of(1, Arbitraries.strings()));
    return Arbitraries.maps(names, values()).ofMaxSize(8).map(JsonObject::new);
  }

  private static Arbitrary<Object> values() {
    return Arbitraries.lazyOf(
        () -> Arbitraries.strings().asGeneric(),
        () ->
            Arbitraries.of("DPM++ 2M", "Karras", "seed_plus_index", "broken", "", "8").asGeneric(),
        () -> Arbitraries.integers().asGeneric(),
        () -> Arbitraries.of(1, 8, 64, 512, -1, 0, 20).asGeneric(),
        () -> Arbitraries.longs().asGeneric(),
        () -> Arbitraries.doubles().asGeneric(),
        () -> Arbitraries.bigIntegers().asGeneric(),
        () -> Arbitraries.of(true, false).asGeneric(),
        () -> Arbitraries.<Object>of((Object) null),
        () -> values().list().ofMaxSize(3).map(JsonArray::new).asGeneric(),
        () ->
            Arbitraries.maps(Arbitraries.strings(), values())
                .ofMaxSize(3)
                .map((Map<String, Object> map) -> new JsonObject(map))
                .asGeneric());
  }
}
