package dev.atelier.server.studio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.atelier.models.catalog.ModelCatalog;
import dev.atelier.models.catalog.ModelEntry;
import dev.atelier.server.events.StudioEvents;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelHashesTest {
  /** {@code printf 'not a model' | sha256sum}. */
  private static final String HASH =
      "708811ccb1510c6d6c6e6379ef09be39bdbb0e7edcf44fefcca21c6228ee6d89";

  @TempDir Path folder;
  private final Vertx vertx = Vertx.vertx();
  private final StudioEvents events = new StudioEvents(vertx);
  private final LinkedBlockingQueue<String> heard = new LinkedBlockingQueue<>();
  private Path file;

  @BeforeEach
  void listen() throws IOException {
    events.listen(event -> heard.add(event.getString("type"))).completion().await();
    file = folder.resolve("models/loras/anna.safetensors");
    Files.createDirectories(file.getParent());
    Files.writeString(file, "not a model");
  }

  @AfterEach
  void close() {
    vertx.close().await();
  }

  private ModelEntry look(ModelHashes hashes) {
    ModelCatalog catalog = ModelCatalog.scan(List.of(folder.resolve("models")));
    hashes.look(catalog);
    return catalog.entries().get(0);
  }

  private ModelHashes open() {
    return ModelHashes.open(folder.resolve("hashes.json"), events);
  }

  private void waitForNews() throws InterruptedException {
    assertEquals("models", heard.poll(10, TimeUnit.SECONDS));
  }

  @Test
  void aHashIsComputedWhenItIsWantedAndKept() throws Exception {
    try (ModelHashes hashes = open()) {
      ModelEntry model = look(hashes);
      assertEquals(Optional.empty(), hashes.sha256(model));
      hashes.want(model);
      waitForNews();
      assertEquals(Optional.of(HASH), hashes.sha256(model));
      assertEquals(Optional.of(HASH.substring(0, 10)), hashes.shortHash(model));
    }
    try (ModelHashes again = open()) {
      assertEquals(Optional.of(HASH), again.sha256(look(again)));
    }
  }

  @Test
  void aFileThatChangedIsAnotherModel() throws Exception {
    try (ModelHashes hashes = open()) {
      hashes.want(look(hashes));
      waitForNews();
      Files.setLastModifiedTime(file, FileTime.from(Instant.EPOCH));
      assertEquals(Optional.empty(), hashes.sha256(look(hashes)));
    }
  }

  /** A hash that was being written kept folders of tests from being deleted. */
  @Test
  void nothingIsWrittenOnceItIsClosed() throws Exception {
    for (int i = 0; i < 100; i++) {
      Path data = Files.createDirectory(folder.resolve("data-" + i));
      ModelHashes hashes = ModelHashes.open(data.resolve("hashes.json"), events);
      hashes.want(look(hashes));
      while (files(data).isEmpty()) {
        Thread.onSpinWait(); // until the first file is being written
      }
      hashes.close();
      for (Path file : files(data)) {
        Files.delete(file);
      }
      Files.delete(data);
    }
  }

  private static List<Path> files(Path folder) throws IOException {
    try (var files = Files.list(folder)) {
      return files.toList();
    }
  }

  @Test
  void aDamagedCacheIsForgotten() throws Exception {
    Files.writeString(folder.resolve("hashes.json"), "{\"a\": {\"bytes\": \"x\"}}");
    try (ModelHashes hashes = open()) {
      ModelEntry model = look(hashes);
      hashes.want(model);
      waitForNews();
      assertTrue(hashes.sha256(model).isPresent());
    }
  }
}
