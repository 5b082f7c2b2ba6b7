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

class JobsApiTest {
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
}
