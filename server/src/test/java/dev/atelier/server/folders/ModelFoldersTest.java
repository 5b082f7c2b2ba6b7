package dev.atelier.server.folders;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.atelier.server.problem.ProblemException;
import dev.atelier.server.store.Database;
import dev.atelier.server.store.TimeOrderedIds;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelFoldersTest {
  private final Vertx vertx = Vertx.vertx();
  private final InstantSource clock = InstantSource.system();
  private Path disk;
  private Database database;
  private ModelFolders folders;

  @BeforeEach
  void open(@TempDir Path temporary) throws IOException {
    disk = temporary;
    Files.createDirectories(disk.resolve("one/checkpoints"));
    Files.createDirectories(disk.resolve("two/models/Stable-diffusion"));
    database = Database.open(vertx, disk.resolve("atelier.db")).await();
    folders = started();
  }

  @AfterEach
  void close() {
    database.close().await();
    vertx.close().await();
  }

  private ModelFolders started(Path... named) {
    StartFolders start =
        new StartFolders(
            List.of(named),
            disk.resolve("data/models"),
            List.of(disk.resolve("storybook")),
            disk.resolve("data"));
    return ModelFolders.open(vertx, database, new TimeOrderedIds(clock), clock, start).await();
  }

  private static List<String> listed(ModelFolders folders) {
    return folders.list().stream()
        .map(folder -> folder.path().getFileName() + " " + folder.origin().key())
        .toList();
  }

  @Test
  void whatIsAddedIsThereAfterARestartAlsoWhenItsDiskIsNot() throws IOException {
    folders.add("" + disk.resolve("two")).await();
    folders.add("" + disk.resolve("one")).await();
    List<String> all = List.of("two added", "one added", "models downloads", "storybook built_in");
    assertEquals(all, listed(folders));
    Files.delete(disk.resolve("one/checkpoints"));
    Files.delete(disk.resolve("one"));
    ModelFolders again = started();
    assertEquals(all, listed(again));

    UUID two = again.list().get(0).id().orElseThrow();
    assertTrue(again.remove(two).await());
    assertFalse(again.remove(two).await());
    assertEquals(List.of("one added", "models downloads", "storybook built_in"), listed(started()));
    assertTrue(Files.exists(disk.resolve("two/models/Stable-diffusion")));
  }

  @Test
  void aFolderOfTheCommandLineIsThereOnce() {
    folders.add("" + disk.resolve("one")).await();
    assertEquals(
        List.of("one named", "models named", "storybook built_in"),
        listed(started(disk.resolve("one"), disk.resolve("data/models"))));
  }

  @Test
  void ofTwoAddedAtOnceThatHaveModelsInCommonOneIsRefused() {
    Future<Void> whole = folders.add("" + disk.resolve("two"));
    Future<Void> part = folders.add("" + disk.resolve("two/models"));
    Future<Void> other = folders.add("" + disk.resolve("one"));
    whole.await();
    ProblemException refused = assertThrows(ProblemException.class, part::await);
    assertEquals(409, refused.problem().status());
    other.await();
    assertEquals(
        List.of("two added", "one added", "models downloads", "storybook built_in"),
        listed(started()));
  }
}
