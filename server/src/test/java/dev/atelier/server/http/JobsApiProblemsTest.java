package dev.atelier.server.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.atelier.server.GradientGenerator;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.client.HttpResponse;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Questions about jobs that cannot be answered. */
class JobsApiProblemsTest {
  private static final String NOBODY = "/api/v1/jobs/6a4a1c1e-8f0b-4d6a-9b0e-6f6f3f0f7c55";
  private static LiveStudio studio;

  @BeforeAll
  static void open(@TempDir Path data) {
    studio = LiveStudio.open(data, GradientGenerator.free());
  }

  @AfterAll
  static void close() {
    studio.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {NOBODY, NOBODY + "?wait=1", "/api/v1/jobs/1", "/api/v1/jobs/1-1-1-1-1"})
  void doesNotFindWhatIsNotThere(String uri) {
    assertEquals(404, studio.get(uri).statusCode());
    assertEquals(404, studio.delete(uri).statusCode());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          ?state=lost     | state | each one of queued, running, done, failed, cancelled, not “lost”.
          ?limit=0        | limit | a whole number from 1 to 500, not “0”.
          ?limit=many     | limit | a whole number from 1 to 500, not “many”.
          ?limit=1.5      | limit | not “1.5”
          """)
  void namesTheParameterAtFault(String query, String field, String sentence) {
    HttpResponse<Buffer> response = studio.get("/api/v1/jobs" + query);
    JsonObject problem = response.bodyAsJsonObject();
    assertEquals(400, response.statusCode());
    assertEquals(field, problem.getString("field"));
    assertTrue(problem.getString("detail").contains(sentence), problem.getString("detail"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"?limit=%25", "?limit=%25+query+parameter+other", "?state=%25zz"})
  void refusesAParameterThatCannotBeDecoded(String query) {
    HttpResponse<Buffer> response = studio.get("/api/v1/jobs" + query);
    assertEquals(400, response.statusCode());
    assertFalse(response.bodyAsJsonObject().getString("detail").isBlank());
  }

  @Test
  void refusesToWaitLongerThanAMinute() {
    HttpResponse<Buffer> response = studio.get(NOBODY + "?wait=61");
    assertEquals(400, response.statusCode());
    assertEquals("wait", response.bodyAsJsonObject().getString("field"));
  }
}
