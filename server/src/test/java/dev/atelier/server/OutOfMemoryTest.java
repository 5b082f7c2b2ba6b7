package dev.atelier.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * A real studio in a process that the system gives no more memory, and a request that is too large.
 */
@EnabledOnOs(OS.LINUX)
class OutOfMemoryTest {
  private static final Path PRLIMIT = Path.of("/usr/bin/prlimit");

  /** What the process may take beyond what it has: one or two of the request's arrays. */
  private static final long ROOM = 1L << 30;

  @TempDir private Path data;
  private final Vertx vertx = Vertx.vertx();

  @AfterEach
  void close() {
    vertx.close().await();
  }

  @Test
  void aPictureThatDoesNotFitFailsAndTheNextOneIsMade() throws Exception {
    assumeTrue(Files.isExecutable(PRLIMIT));
    try (StudioProcess studio = atelier()) {
      JsonObject first = studio.ended(studio.post(picture(64, 1)));
      assertEquals("done", first.getString("state"), first.encode());
      limit(studio.pid());

      JsonObject failed = studio.ended(studio.post(picture(2048, 16)));
      assertEquals("failed", failed.getString("state"));
      assertEquals(
          "There is not enough memory for 16 pictures of 2048 × 2048 pixels at once; make fewer or"
              + " smaller ones.",
          failed.getString("error"));

      JsonObject next = studio.ended(studio.post(picture(64, 1)));
      assertEquals("done", next.getString("state"), next.encode());
      JsonObject memory = studio.get("/api/v1/system").getJsonArray("devices").getJsonObject(0);
      assertTrue(
          memory.getJsonArray("models").stream()
              .allMatch(model -> ((JsonObject) model).getInteger("leases") == 0));
    }
  }

  private StudioProcess atelier() throws IOException {
    return StudioProcess.atelier(vertx, data);
  }

  private static JsonObject picture(int side, int pictures) {
    return new JsonObject()
        .put("prompt", "a fox")
        .put("width", side)
        .put("height", side)
        .put("steps", 1)
        .put("seed", 1)
        .put("batch_size", pictures);
  }

  /** Gives a process no more address space than it has and some room. */
  private static void limit(long pid) throws IOException, InterruptedException {
    String line =
        Files.readAllLines(Path.of("/proc/" + pid + "/status")).stream()
            .filter(each -> each.startsWith("VmSize:"))
            .findFirst()
            .orElseThrow();
    long bytes = Long.parseLong(line.replaceAll("\\D+", "")) * 1024 + ROOM;
    Process limit =
        new ProcessBuilder(PRLIMIT.toString(), "--pid", pid + "", "--as=" + bytes)
            .inheritIO()
            .start();
    assertEquals(0, limit.waitFor());
  }
}
