package dev.atelier.server;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.atelier.server.downloads.FakeHub;
import dev.atelier.server.downloads.Mischief;
import dev.atelier.server.downloads.Weights;
import dev.atelier.server.events.EventsClient;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** kill -9 in the middle of a download loses no byte that had come. */
class DownloadKillTest {
  private static final String DOWNLOADS = "/api/v1/models/downloads";
  private static final String FILE = "paint.safetensors";
  private static final int CAME = 300_000;

  @TempDir private Path data;
  private final Vertx vertx = Vertx.vertx();
  private final FakeHub hub = new FakeHub();

  @AfterEach
  void close() {
    hub.close();
    vertx.close().await();
  }

  @Test
  void aDownloadGoesOnWhereItWasKilled() throws Exception {
    byte[] lora = Weights.lora();
    hub.repo("someone/paint", Map.of(FILE, lora), new JsonObject());
    hub.mischief.add(new Mischief.Hold(CAME));
    String path;
    try (StudioProcess studio = atelier()) {
      EventsClient page = EventsClient.connect(vertx, studio.port());
      JsonObject plan =
          studio.post("/api/v1/models/look", new JsonObject().put("address", "someone/paint"));
      String id = plan.getJsonObject("plan").getString("id");
      path =
          DOWNLOADS
              + "/"
              + studio.post(DOWNLOADS, new JsonObject().put("plan", id)).getString("id");
      page.awaitTexts(heard -> downloads(heard).anyMatch(DownloadKillTest::someBytes));
      studio.kill();
    }
    assertEquals(List.of(), files(FILE));
    long kept = Files.size(files(FILE + ".part").get(0));
    assertTrue(kept > 0 && kept <= CAME, () -> kept + " bytes kept");
    try (StudioProcess studio = atelier()) {
      EventsClient page = EventsClient.connect(vertx, studio.port());
      assertEquals("paused", studio.get(path).getString("state"));
      studio.post(path + "/resume", new JsonObject());
      page.awaitTexts(heard -> downloads(heard).anyMatch(DownloadKillTest::ended));
      assertEquals("done", studio.get(path).getString("state"));
    }
    String range = hub.seenByCdn().get(1).range();
    assertTrue(range.matches("bytes=[1-9]\\d*-"), range);
    assertArrayEquals(lora, Files.readAllBytes(files(FILE).get(0)));
    assertEquals(List.of(), files(FILE + ".part"));
  }

  private static Stream<JsonObject> downloads(List<JsonObject> heard) {
    return heard.stream()
        .filter(event -> EventLog.type(event, "download"))
        .map(event -> event.getJsonObject("download"));
  }

  private static boolean someBytes(JsonObject download) {
    JsonObject progress = download.getJsonObject("progress");
    return progress != null && progress.getLong("bytes") > 0;
  }

  private static boolean ended(JsonObject download) {
    return List.of("done", "failed").contains(download.getString("state"));
  }

  /** Every file of that ending below the data folder. */
  private List<Path> files(String ending) throws IOException {
    try (Stream<Path> all = Files.walk(data)) {
      return all.filter(file -> file.toString().endsWith(ending)).toList();
    }
  }

  private StudioProcess atelier() throws IOException {
    return StudioProcess.atelier(
        vertx, data, "--hf-endpoint", hub.url(), "--download-host", hub.cdnUrl());
  }
}
