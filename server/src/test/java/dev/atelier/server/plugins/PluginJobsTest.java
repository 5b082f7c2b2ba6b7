package dev.atelier.server.plugins;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.atelier.server.EventLog;
import dev.atelier.server.GradientGenerator;
import dev.atelier.server.http.LiveStudio;
import dev.atelier.server.plugins.PluginStatus.State;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.client.HttpResponse;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Long work of plugins over HTTP: done, followed, cancelled, interrupted and gone on with. */
class PluginJobsTest {
  @TempDir private Path data;
  private GradientGenerator generator = GradientGenerator.free();
  private LiveStudio studio;

  @BeforeEach
  void start() {
    studio = LiveStudio.open(data, generator);
  }

  @AfterEach
  void stop() {
    generator.letGo();
    studio.close();
  }

  private void drop(String version, String step, State state) {
    SheetJar.dropInto(data, version, step);
    await(version, state);
  }

  private PluginStatus await(String version, State state) {
    return PluginWait.until(
        studio.plugins,
        all ->
            all.stream()
                .filter(p -> p.version().equals(version) && p.state() == state)
                .findFirst());
  }

  private static JsonObject order(int count) {
    return new JsonObject()
        .put("type", "maker.sheet")
        .put("parameters", new JsonObject().put("count", count));
  }

  private String begin(int count) {
    HttpResponse<Buffer> response = studio.post("/api/v1/plugin-jobs", order(count));
    assertEquals(202, response.statusCode(), response::bodyAsString);
    return response.bodyAsJsonObject().getString("id");
  }

  private JsonObject job(String id) {
    return studio.get("/api/v1/plugin-jobs/" + id).bodyAsJsonObject();
  }

  private JsonObject await(String id, Predicate<JsonObject> wanted) {
    return PluginWait.until(studio.plugins, all -> Optional.of(job(id)).filter(wanted));
  }

  private JsonObject await(String id, String state) {
    return await(id, job -> job.getString("state").equals(state));
  }

  private List<String> log() throws IOException {
    return Files.readAllLines(data.resolve("plugins-data").resolve("maker").resolve("log"));
  }

  private int picturesMade() {
    return studio.get("/api/v1/images").bodyAsJsonObject().getJsonArray("images").size();
  }

  private static int results(JsonObject job) {
    return job.getJsonArray("results").size();
  }

  @Test
  void aJobIsDoneWithItsPicturesInTheGalleryAndItsResultsKept() throws IOException {
    drop("1.0.0", "", State.RUNNING);
    JsonObject type =
        studio
            .get("/api/v1/job-types")
            .bodyAsJsonObject()
            .getJsonArray("job_types")
            .getJsonObject(0);
    assertEquals("maker.sheet", type.getString("id"));
    assertEquals(new JsonObject(SheetJar.SCHEMA), type.getJsonObject("schema"));

    JsonObject done = await(begin(3), "done");
    assertEquals(3, results(done));
    assertEquals(3, picturesMade());
    assertEquals(3, done.getJsonObject("parameters").getInteger("count"));
    JsonObject first = done.getJsonArray("results").getJsonObject(0);
    HttpResponse<Buffer> file = studio.get(first.getString("url"));
    assertTrue(file.getHeader("Content-Security-Policy").startsWith("default-src 'none'"));
    BufferedImage picture = ImageIO.read(new ByteArrayInputStream(file.body().getBytes()));
    assertEquals(64, picture.getWidth());

    String id = done.getString("id");
    assertEquals(204, studio.delete("/api/v1/plugin-jobs/" + id).statusCode());
    assertEquals(404, studio.get("/api/v1/plugin-jobs/" + id).statusCode());
    assertEquals(404, studio.get(first.getString("url")).statusCode());
    assertEquals(404, studio.delete("/api/v1/plugin-jobs/" + id).statusCode());
    assertFalse(Files.exists(data.resolve("job-results").resolve(id)));
    assertEquals(3, picturesMade(), "the gallery keeps its pictures");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "maker.sheet | count | 100 | 400 | must be a whole number from 1 to 99",
        "maker.sheet | size | 2 | 400 | has no parameter “size”",
        "maker.other | count | 2 | 404 | No plugin that runs does “maker.other”"
      })
  void whatIsWrongIsSaidBeforeItIsQueued(
      String type, String name, int value, int status, String sentence) {
    drop("1.0.0", "", State.RUNNING);
    JsonObject order =
        new JsonObject().put("type", type).put("parameters", new JsonObject().put(name, value));
    HttpResponse<Buffer> response = studio.post("/api/v1/plugin-jobs", order);
    assertEquals(status, response.statusCode());
    assertTrue(response.bodyAsString().contains(sentence), response::bodyAsString);
  }

  @Test
  void aJobThatCannotBeDoneFailsWithItsSentenceAndThePluginStays() {
    drop("1.0.0", "", State.RUNNING);
    JsonObject failed = await(begin(99), "failed");
    assertEquals("99 are too many; take 98.", failed.getString("error"));
    await(begin(1), "done");
  }

  @Test
  void aPluginThatThrowsIsSwitchedOffAndItsJobSaysWhy() {
    drop("1.0.0", "if (i == 0) throw new IllegalStateException(\"boom\");", State.RUNNING);
    JsonObject failed = await(begin(2), "failed");
    assertTrue(
        failed.getString("error").contains("threw IllegalStateException (boom)"),
        failed::encodePrettily);
    assertTrue(await("1.0.0", State.FAILED).problem().orElseThrow().contains("boom"));
    assertEquals(1, results(failed), "what it had is kept");
  }

  @Test
  void aCancelledJobTakesThePictureItWaitsForWithIt() throws Exception {
    reopen(GradientGenerator.held());
    drop("1.0.0", "", State.RUNNING);
    String id = begin(2);
    await(id, job -> job.getJsonObject("progress") != null);
    JsonObject picture = activePicture();
    assertEquals(409, studio.delete("/api/v1/plugin-jobs/" + id).statusCode());
    studio.post("/api/v1/plugin-jobs/" + id + "/cancel", new JsonObject());
    await(id, "cancelled");
    generator.letGo();
    JsonObject ended =
        studio.get("/api/v1/jobs/" + picture.getString("id") + "?wait=60").bodyAsJsonObject();
    assertEquals("cancelled", ended.getString("state"));
  }

  private JsonObject activePicture() {
    return PluginWait.until(
        studio.plugins,
        all ->
            studio
                .get("/api/v1/jobs?state=running")
                .bodyAsJsonObject()
                .getJsonArray("jobs")
                .stream()
                .map(JsonObject.class::cast)
                .findFirst());
  }

  private void reopen(GradientGenerator next) {
    generator.letGo();
    studio.close();
    generator = next;
    studio = LiveStudio.open(data, generator);
  }

  /** The picture that was in the queue is made once. */
  @Test
  void aJobGoesOnWhereItWasWhenTheStudioStartsAgain() throws IOException {
    reopen(GradientGenerator.held());
    drop("1.0.0", "", State.RUNNING);
    String id = begin(3);
    await(id, job -> job.getJsonObject("progress") != null);
    String picture = activePicture().getString("id");
    reopen(GradientGenerator.free());
    JsonObject done = await(id, "done");
    assertEquals(3, results(done));
    assertEquals(3, picturesMade());
    assertEquals(
        "done", studio.get("/api/v1/jobs/" + picture).bodyAsJsonObject().getString("state"));
    assertEquals(List.of("from 0", "from 0"), log());
  }

  @Test
  void anUnloadAsksTheJobToEndAndTheNextVersionGoesOnWithIt() throws IOException {
    String wait = "if (i == 1) for (;;) { Thread.sleep(5); job.progress(i, count, \"waiting\"); }";
    drop("1.0.0", wait, State.RUNNING);
    String id = begin(4);
    await(id, job -> results(job) == 2);
    drop("1.1.0", "", State.RUNNING);
    JsonObject done = await(id, "done");
    assertEquals(4, results(done));
    assertEquals(List.of("from 0", "from 2"), log());
    assertEquals(4, picturesMade());
  }

  @Test
  void aJobWaitsForItsPluginAndHoldsUpNoOther() {
    String hold = "while (true) { Thread.sleep(5); job.progress(i, count, \"waiting\"); }";
    drop("1.0.0", hold, State.RUNNING);
    PluginJar.of("other", "2.0.0")
        .plugin(
            """
            public class Main implements AtelierPlugin {
              public Contributions start(PluginContext context) {
                return Contributions.builder().add(new Quick()).build();
              }
              static class Quick implements JobType {
                public String id() { return "quick"; }
                public String title() { return "Quick"; }
                public void run(JobContext job) {}
              }
            }
            """)
        .write(data.resolve("plugins").resolve("other.jar"));
    await("2.0.0", State.RUNNING);
    String first = begin(1);
    await(first, job -> results(job) == 1);
    String second = begin(1);
    String quick =
        studio
            .post("/api/v1/plugin-jobs", new JsonObject().put("type", "other.quick"))
            .bodyAsJsonObject()
            .getString("id");
    assertEquals("queued", job(quick).getString("state"), "one at a time");
    studio.post("/api/v1/plugins/maker/disable", new JsonObject());
    await(quick, "done");
    assertEquals("queued", job(first).getString("state"));
    assertEquals(404, studio.post("/api/v1/plugin-jobs", order(1)).statusCode());

    studio.post("/api/v1/plugin-jobs/" + second + "/cancel", new JsonObject());
    assertEquals("cancelled", job(second).getString("state"));
    SheetJar.dropInto(data, "1.1.0", "");
    studio.post("/api/v1/plugins/maker/enable", new JsonObject());
    await(first, "done");
  }

  /** However soon one picture comes after another. */
  @Test
  void everyPictureThatIsWaitedForIsTold() throws Exception {
    EventLog told = EventLog.of(studio.rooms.events);
    drop("1.0.0", "", State.RUNNING);
    await(begin(8), "done");
    List<String> expected =
        IntStream.range(0, 8).mapToObj(i -> "picture %d after %d".formatted(i + 1, i)).toList();
    told.await(heard -> reports(heard).containsAll(expected));
  }

  /** What jobs said that they were at, and how many results they had then. */
  private static Set<String> reports(List<JsonObject> events) {
    return events.stream()
        .filter(event -> EventLog.type(event, "plugin_job"))
        .map(event -> event.getJsonObject("job"))
        .filter(job -> job.getJsonObject("progress") != null)
        .map(job -> job.getJsonObject("progress").getString("text") + " after " + results(job))
        .collect(Collectors.toSet());
  }

  @Test
  void theTimeOfAJobThatWaitsForAPictureGoesOn() {
    reopen(GradientGenerator.held());
    drop("1.0.0", "", State.RUNNING);
    String id = begin(1);
    double begun = elapsed(await(id, job -> job.getJsonObject("progress") != null));
    await(id, job -> elapsed(job) > begun);
    generator.letGo();
    await(id, "done");
  }

  private static double elapsed(JsonObject job) {
    return job.getJsonObject("progress").getDouble("elapsed_seconds");
  }

  /** The plugin does not hear of it any more. */
  @Test
  void aCancelWhileThePluginIsStoppedIsNotLost() throws IOException {
    drop("1.0.0", "while (Files.exists(folder.resolve(\"log\"))) Thread.sleep(5);", State.RUNNING);
    String id = begin(2);
    await(id, job -> results(job) == 1);
    CompletableFuture<HttpResponse<Buffer>> disabled =
        CompletableFuture.supplyAsync(
            () -> studio.post("/api/v1/plugins/maker/disable", new JsonObject()));
    await("1.0.0", State.STOPPING);
    studio.post("/api/v1/plugin-jobs/" + id + "/cancel", new JsonObject());
    Files.delete(data.resolve("plugins-data").resolve("maker").resolve("log"));
    assertEquals(200, disabled.join().statusCode());
    await(id, "cancelled");
  }

  /** Asked to end it does not: it is interrupted, switched off, and its job says so. */
  @Test
  void aJobThatDoesNotEndIsEndedWithItsPlugin() {
    String deaf =
        "for (;;) try { Thread.sleep(5); } catch (InterruptedException e) { if (i > 5) break; }";
    drop("1.0.0", deaf, State.RUNNING);
    String id = begin(2);
    await(id, job -> results(job) == 1);
    CompletableFuture<HttpResponse<Buffer>> cancel =
        CompletableFuture.supplyAsync(
            () -> studio.post("/api/v1/plugin-jobs/" + id + "/cancel", new JsonObject()));
    assertEquals(200, cancel.join().statusCode());
    JsonObject failed = await(id, "failed");
    assertTrue(
        failed.getString("error").contains("did not return within 3 s when asked to do the job"),
        failed::encodePrettily);
    await("1.0.0", State.FAILED);
  }
}
