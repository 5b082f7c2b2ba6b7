package dev.atelier.server;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.atelier.server.events.EventsClient;
import dev.atelier.server.plugins.SheetJar;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** kill -9 at any moment loses nothing. */
class KillTest {
  private static final int JOBS = 40;
  private static final int BATCH = 2;
  @TempDir private Path data;
  private final Vertx vertx = Vertx.vertx();

  @AfterEach
  void close() {
    vertx.close().await();
  }

  @Test
  void pictureInTheMakingIsMadeAgainAndTheQueueGoesOn() throws Exception {
    JsonObject first;
    JsonObject killed;
    JsonObject waiting;
    try (StudioProcess studio = atelier()) {
      first = studio.ended(studio.post(picture(1, 2, 1)));
      EventsClient page = EventsClient.connect(vertx, studio.port());
      killed = studio.post(picture(2, 12, 1));
      waiting = studio.post(picture(3, 2, 1));
      String id = killed.getString("id");
      page.awaitTexts(events -> events.stream().anyMatch(event -> EventLog.isStep(event, id, 2)));
      studio.kill();
    }
    assertEquals(2, wholeFiles().size());
    try (StudioProcess studio = atelier()) {
      JsonObject again = studio.ended(killed);
      assertEquals("done", again.getString("state"));
      assertEquals("done", studio.ended(waiting).getString("state"));
      assertEquals(first, studio.get("/api/v1/jobs/" + first.getString("id")));
      // The same request and seed make the same picture as if nothing had been.
      JsonObject undisturbed = studio.ended(studio.post(picture(2, 12, 1)));
      assertArrayEquals(
          pixels(studio.bytes(url(undisturbed))),
          pixels(studio.bytes(url(again))),
          "the picture made again");
    }
    assertEquals(8, wholeFiles().size());
  }

  /** Without what the file says: the model's hash can have become known in between. */
  private static int[] pixels(byte[] png) throws IOException {
    BufferedImage image = ImageIO.read(new ByteArrayInputStream(png));
    return image.getRGB(0, 0, image.getWidth(), image.getHeight(), null, 0, image.getWidth());
  }

  private StudioProcess atelier() throws IOException {
    return StudioProcess.atelier(vertx, data);
  }

  private static JsonObject picture(long seed, int steps, int batch) {
    return new JsonObject()
        .put("prompt", "a fox")
        .put("width", 128)
        .put("height", 128)
        .put("steps", steps)
        .put("seed", seed)
        .put("batch_size", batch);
  }

  private static String url(JsonObject job) {
    return job.getJsonArray("images").getJsonObject(0).getString("url");
  }

  /** Pictures that take no time to make: most kills come while files or rows are written. */
  @Test
  void killedAgainAndAgainEveryJobIsDoneOnce() throws Exception {
    List<JsonObject> jobs = new ArrayList<>();
    try (StudioProcess studio = gradients()) {
      for (int i = 0; i < JOBS; i++) {
        jobs.add(studio.post(picture(i, 1, BATCH)));
      }
      studio.kill();
    }
    for (int stop = JOBS / 4; stop < JOBS; stop += JOBS / 4) {
      try (StudioProcess studio = gradients()) {
        studio.ended(jobs.get(stop));
        studio.kill();
      }
      wholeFiles();
    }
    try (StudioProcess studio = gradients()) {
      List<Path> expected = new ArrayList<>();
      for (JsonObject job : jobs) {
        JsonObject done = studio.ended(job);
        assertEquals("done", done.getString("state"));
        assertEquals(
            IntStream.range(0, BATCH).boxed().toList(),
            images(done).map(image -> image.getInteger("index")).toList());
        images(done).map(image -> image.getString("id")).forEach(id -> expected.add(Path.of(id)));
      }
      assertEquals(
          expected.stream().flatMap(KillTest::bothFiles).sorted().toList(),
          wholeFiles().stream().map(file -> file.getFileName().toString()).sorted().toList());
      assertEquals(
          jobs.size() * BATCH,
          studio.get("/api/v1/images?limit=200").getJsonArray("images").size());
    }
  }

  /** The pictures that it had are not made again. */
  @Test
  void aPluginsJobGoesOnWhereItWas() throws Exception {
    SheetJar.dropInto(data, "1.0.0", "");
    JsonObject order =
        new JsonObject()
            .put("type", "maker.sheet")
            .put("parameters", new JsonObject().put("count", JOBS));
    JsonObject job;
    try (StudioProcess studio = gradients()) {
      job = studio.post("/api/v1/plugin-jobs", order);
      awaitResults(studio, job, JOBS / 4);
      studio.kill();
    }
    try (StudioProcess studio = gradients()) {
      JsonObject done = awaitResults(studio, job, JOBS);
      while (done.getString("state").equals("running")) {
        done = studio.get("/api/v1/plugin-jobs/" + job.getString("id"));
      }
      assertEquals("done", done.getString("state"), done::encodePrettily);
      assertEquals(JOBS, studio.get("/api/v1/images?limit=200").getJsonArray("images").size());
    }
    List<String> begins = Files.readAllLines(data.resolve("plugins-data/maker/log"));
    assertEquals("from 0", begins.get(0));
    int second = Integer.parseInt(begins.get(1).substring("from ".length()));
    assertTrue(second >= JOBS / 4 - 1 && second < JOBS, begins::toString);
  }

  private static JsonObject awaitResults(StudioProcess studio, JsonObject job, int results) {
    JsonObject now;
    do {
      now = studio.get("/api/v1/plugin-jobs/" + job.getString("id"));
    } while (now.getJsonArray("results").size() < results && now.getString("error") == null);
    return now;
  }

  private StudioProcess gradients() throws IOException {
    return StudioProcess.start(vertx, List.of(GradientStudio.class.getName(), data.toString()));
  }

  private static Stream<JsonObject> images(JsonObject job) {
    return job.getJsonArray("images").stream().map(JsonObject.class::cast);
  }

  private static Stream<String> bothFiles(Path id) {
    return Stream.of(id + ".png", id + ".thumb.jpg");
  }

  /** Every file of the gallery that goes by a picture's name; each must be whole. */
  private List<Path> wholeFiles() throws IOException {
    List<Path> files;
    try (Stream<Path> all = Files.walk(data.resolve("gallery"))) {
      files =
          all.filter(Files::isRegularFile)
              .filter(file -> !file.getParent().endsWith(".tmp"))
              .collect(Collectors.toList());
    }
    for (Path file : files) {
      assertNotNull(ImageIO.read(file.toFile()), () -> file + " is not a picture");
    }
    return files;
  }
}
