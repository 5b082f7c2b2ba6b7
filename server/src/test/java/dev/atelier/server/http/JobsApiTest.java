package dev.atelier.server.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.atelier.server.GradientGenerator;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.client.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JobsApiTest {
  private static final String NOBODY = "/api/v1/jobs/6a4a1c1e-8f0b-4d6a-9b0e-6f6f3f0f7c55";
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

  private String queued() {
    return queued("a fox");
  }

  private String queued(String prompt) {
    return studio
        .post(
            "/api/v1/images",
            new JsonObject()
                .put("prompt", prompt)
                .put("width", 64)
                .put("height", 64)
                .put("steps", 2))
        .bodyAsJsonObject()
        .getString("id");
  }

  private JsonObject job(String id) {
    return studio.get("/api/v1/jobs/" + id).bodyAsJsonObject();
  }

  @Test
  void answersAtOnceWithoutAWait() {
    JsonObject job = job(queued());
    assertTrue(List.of("queued", "running").contains(job.getString("state")));
    assertNull(job.getString("finished_at"));
    assertNull(job.getString("error"));
  }

  @Test
  void answersAWaitWhenTheJobHasEnded() {
    String id = queued();
    Future<HttpResponse<Buffer>> waiting =
        studio.client.get("/api/v1/jobs/" + id + "?wait=60").send();
    // A later request is answered first: the wait does not hold up the server.
    job(id);
    assertFalse(waiting.isComplete());
    generator.allow(2);
    assertEquals("done", waiting.await().bodyAsJsonObject().getString("state"));
  }

  @Test
  void answersAWaitForAJobThatHasEndedAtOnce() {
    String id = queued();
    generator.allow(2);
    JsonObject ended = studio.get("/api/v1/jobs/" + id + "?wait=60").bodyAsJsonObject();
    assertEquals(ended, studio.get("/api/v1/jobs/" + id + "?wait=60").bodyAsJsonObject());
  }

  @Test
  void leavesOutPicturesThatWereDeleted() {
    String id = queued();
    generator.allow(2);
    JsonObject ended = studio.get("/api/v1/jobs/" + id + "?wait=60").bodyAsJsonObject();
    String image = ended.getJsonArray("images").getJsonObject(0).getString("id");
    studio.delete("/api/v1/images/" + image);
    assertTrue(job(id).getJsonArray("images").isEmpty());
  }

  @Test
  void saysWhyAJobFailed() {
    generator.allow(2);
    JsonObject job =
        studio.get("/api/v1/jobs/" + queued("weights") + "?wait=60").bodyAsJsonObject();
    assertEquals("failed", job.getString("state"));
    assertTrue(job.getString("error").contains("is cut off"), job.getString("error"));
  }

  @Test
  void listsJobsNewestFirst() {
    String first = queued();
    String second = queued();
    assertEquals(List.of(second, first), ids("/api/v1/jobs"));
    assertEquals(List.of(second), ids("/api/v1/jobs?limit=1"));
  }

  @Test
  void listsJobsByState() {
    String done = queued();
    generator.allow(2);
    studio.get("/api/v1/jobs/" + done + "?wait=60");
    String open = queued();
    assertEquals(List.of(done), ids("/api/v1/jobs?state=done"));
    assertEquals(List.of(open), ids("/api/v1/jobs?state=queued,running"));
    assertEquals(List.of(), ids("/api/v1/jobs?state=failed,cancelled"));
  }

  private List<String> ids(String uri) {
    return studio.get(uri).bodyAsJsonObject().getJsonArray("jobs").stream()
        .map(job -> ((JsonObject) job).getString("id"))
        .toList();
  }

  @Test
  void cancelsAQueuedJobAtOnce() {
    queued();
    String second = queued();
    assertEquals(
        "cancelled", studio.delete("/api/v1/jobs/" + second).bodyAsJsonObject().getString("state"));
  }

  @Test
  void cancelsARunningJobAtItsNextStep() {
    String id = queued();
    generator.allow(1);
    studio.delete("/api/v1/jobs/" + id);
    generator.allow(1);
    assertEquals(
        "cancelled",
        studio.get("/api/v1/jobs/" + id + "?wait=60").bodyAsJsonObject().getString("state"));
  }

  @Test
  void leavesAJobThatHasEndedAsItIs() {
    String id = queued();
    generator.allow(2);
    JsonObject ended = studio.get("/api/v1/jobs/" + id + "?wait=60").bodyAsJsonObject();
    assertEquals(ended, studio.delete("/api/v1/jobs/" + id).bodyAsJsonObject());
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
