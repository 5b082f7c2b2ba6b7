package dev.atelier.models.pipeline;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.atelier.models.catalog.ModelCatalog;
import dev.atelier.models.engine.ComputeDevice;
import dev.atelier.models.registry.MemoryBudget;
import dev.atelier.models.registry.ModelRegistry;
import dev.atelier.models.registry.Snapshot;
import dev.atelier.models.registry.Snapshot.Held;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Many checkpoints in turns, with room for a few of them. */
class SwitchingTest {
  private static final Logger LOG = LoggerFactory.getLogger(SwitchingTest.class);
  private static final int CHECKPOINTS = 10;
  private static final int FIT = 3;
  private static final int SWITCHES = 100;

  /** What is looked at after every so many switches; the least of some of them says the level. */
  private static final int LOOK = 10;

  /** Native memory may differ by a checkpoint or two; ninety were loaded in between. */
  private static final int CHECKPOINTS_OF_NOISE = 3;

  @TempDir Path models;

  @Test
  @EnabledOnOs(OS.LINUX)
  void tenCheckpointsInTurnsTakeTheRoomOfThree() throws IOException {
    for (int i = 0; i < CHECKPOINTS; i++) {
      Pictures.writeCheckpoint(i, models.resolve("checkpoints/m" + i));
    }
    ModelCatalog catalog = ModelCatalog.scan(List.of(models));
    try (ComputeDevice device = ComputeDevice.open()) {
      long each = bytesOfOne(device, catalog);
      // Half of one more: the fourth does not fit.
      try (var registry =
          new ModelRegistry(device.device(), new MemoryBudget(FIT * each + each / 2, 0))) {
        var textToImage = new TextToImage(device, registry, () -> catalog);
        List<int[]> pictures = new ArrayList<>();
        List<Long> levels = new ArrayList<>();
        for (int i = 0; i < CHECKPOINTS + SWITCHES; i++) {
          int[] picture = picture(textToImage, i % CHECKPOINTS);
          if (i < CHECKPOINTS) {
            pictures.add(picture);
          } else {
            assertArrayEquals(pictures.get(i % CHECKPOINTS), picture);
          }
          check(registry.snapshot(), each);
          if ((i + 1) % LOOK == 0) {
            levels.add(nativeBytes());
          }
        }
        long before = Collections.min(levels.subList(1, 4));
        long after = Collections.min(levels.subList(levels.size() - 3, levels.size()));
        LOG.info(
            "{} bytes a checkpoint, {} in the registry; native memory by tens of switches: {}",
            each,
            registry.snapshot().usedBytes(),
            levels);
        assertTrue(
            after - before < CHECKPOINTS_OF_NOISE * each,
            "native memory grew, checkpoints of %d bytes: %s".formatted(each, levels));
      }
    }
  }

  private static long bytesOfOne(ComputeDevice device, ModelCatalog catalog) {
    try (var registry = new ModelRegistry(device.device(), Long.MAX_VALUE)) {
      picture(new TextToImage(device, registry, () -> catalog), 0);
      return registry.snapshot().usedBytes();
    }
  }

  private static int[] picture(TextToImage textToImage, int which) {
    return Pictures.make(
        textToImage,
        Pictures.request("checkpoints/m" + which).optSteps(1).optGuidanceScale(1).build());
  }

  private static void check(Snapshot now, long each) {
    assertEquals(now.usedBytes(), now.models().stream().mapToLong(Held::bytes).sum());
    assertTrue(now.usedBytes() <= now.budgetBytes(), now.toString());
    assertTrue(now.peakBytes() <= now.budgetBytes(), now.toString());
    assertTrue(now.models().stream().allMatch(model -> model.leases() == 0), now.toString());
    assertTrue(now.usedBytes() <= FIT * each + each / 2);
  }

  /** Bytes of the process in memory (proc(5), status), without those of the Java heap. */
  private static long nativeBytes() throws IOException {
    System.gc(); // mappings of files go with their buffers
    String line =
        Files.readAllLines(Path.of("/proc/self/status")).stream()
            .filter(each -> each.startsWith("VmRSS:"))
            .findFirst()
            .orElseThrow();
    long resident = Long.parseLong(line.replaceAll("\\D+", "")) * 1024;
    return resident - Runtime.getRuntime().totalMemory();
  }
}
