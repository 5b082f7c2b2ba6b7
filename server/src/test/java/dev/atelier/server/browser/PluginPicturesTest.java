package dev.atelier.server.browser;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.atelier.server.plugins.LoraFiles;
import dev.atelier.server.plugins.LoraJar;
import dev.atelier.server.plugins.PluginJar;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Versions of a plugin take turns on the real model, in pictures with a LoRA whose own plugin is
 * exchanged as well, while other pictures are made without pause. {@code -Datelier.cycles=200}
 * takes some minutes, logs the memory along the way and wants it flat.
 */
class PluginPicturesTest {
  private static final Logger LOG = LoggerFactory.getLogger(PluginPicturesTest.class);
  private static final int CYCLES = Integer.getInteger("atelier.cycles", 6);

  /** Memory is looked at after so many cycles. */
  private static final int SAMPLED = 20;

  /** Until here caches fill and libraries load; six cycles say nothing of what remains. */
  private static final int WARM = 60;

  /** What may come with the rest of 200: a class loader that stays in each would be more. */
  private static final long MAX_GROWTH_MEBIBYTES = 12;

  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private static final JsonObject REQUEST =
      new JsonObject()
          .put("prompt", "a photo of a fox, in a forest")
          .put("width", 64)
          .put("height", 64)
          .put("steps", 2)
          .put("seed", 7);

  private static final JsonObject LORA =
      new JsonObject()
          .put(
              "lora",
              new JsonObject()
                  .put("loras", new JsonArray().add(new JsonObject().put("name", "ink"))));

  private static final String SOURCE =
      """
      public class Main implements AtelierPlugin {
        public Contributions start(PluginContext context) {
          return Contributions.builder()
              .add((GenerationStep) order -> order.parameters().map(p -> new Part()))
              .add(Panel.of(Panel.Place.GENERATE, "Turn", "schema.json"))
              .build();
        }
        static class Part implements PicturePart {
          public BufferedImage finish(BufferedImage picture, int index) {
            picture.setRGB(0, 0, COLOUR);
            return picture;
          }
        }
      }
      """;

  @TempDir private Path data;

  private static PluginJar version(int number) {
    return PluginJar.of("turn", number + ".0.0")
        .plugin(SOURCE.replace("COLOUR", Integer.toString(colour(number))))
        .file("panel/schema.json", "{\"properties\": {}}");
  }

  private static int colour(int number) {
    return number == 1 ? 0xFF0000 : 0x00FF00;
  }

  @Test
  void everyPictureIsRightWhileVersionsTakeTurns() throws Exception {
    PluginJar[] jars = {version(1), version(2)};
    Path models = data.resolve("mine");
    LoraFiles.ofSeed(1).write(models, "ink");
    LoraJar.dropInto(data);
    try (RunningStudio studio = RunningStudio.start(data, models)) {
      JsonObject plainly = REQUEST.copy().put("model", "storybook");
      int[] plain = pixels(studio, studio.make(plainly));
      int[] styled = pixels(studio, studio.make(plainly.copy().put("plugins", LORA)));
      assertFalse(Arrays.equals(plain, styled));
      AtomicBoolean enough = new AtomicBoolean();
      CompletableFuture<Integer> others =
          CompletableFuture.supplyAsync(
              () -> {
                int made = 0;
                while (!enough.get()) {
                  assertArrayEquals(plain, pixels(studio, studio.make(plainly)));
                  made++;
                }
                return made;
              });
      List<Long> resident = new ArrayList<>();
      try {
        for (int cycle = 0; cycle < CYCLES; cycle++) {
          int number = cycle % 2 + 1;
          jars[cycle % 2].write(data.resolve("plugins").resolve("turn.jar"));
          LoraJar.dropInto(data);
          awaitVersion(studio, number + ".0.0");
          JsonObject with =
              plainly.copy().put("plugins", LORA.copy().put("turn", new JsonObject()));
          int[] expected = styled.clone();
          expected[0] = colour(number);
          assertArrayEquals(expected, pixels(studio, studio.make(with)));
          if (cycle % SAMPLED == 0 || cycle == CYCLES - 1) {
            resident.add(residentMebibytes());
          }
        }
      } finally {
        enough.set(true);
      }
      assertTrue(others.get() > 0);
      await(() -> nothingLeased(studio));
      LOG.info("{} cycles, {} others, resident MiB {}", CYCLES, others.get(), resident);
      if (CYCLES > 2 * WARM) {
        long growth = resident.get(resident.size() - 1) - resident.get(WARM / SAMPLED);
        assertTrue(growth <= MAX_GROWTH_MEBIBYTES, resident + " MiB, every " + SAMPLED + " cycles");
      }
    }
  }

  private static boolean nothingLeased(RunningStudio studio) {
    JsonArray devices = studio.get("/api/v1/system").getJsonArray("devices");
    return devices.stream()
        .map(JsonObject.class::cast)
        .flatMap(device -> device.getJsonArray("models").stream())
        .allMatch(model -> ((JsonObject) model).getInteger("leases") == 0);
  }

  private static int[] pixels(RunningStudio studio, JsonObject image) {
    try {
      BufferedImage picture = studio.pixels(image);
      int width = picture.getWidth();
      int[] all = picture.getRGB(0, 0, width, picture.getHeight(), null, 0, width);
      for (int i = 0; i < all.length; i++) {
        all[i] &= 0xFFFFFF;
      }
      return all;
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void awaitVersion(RunningStudio studio, String version) {
    await(
        () ->
            studio.get("/api/v1/plugins").getJsonArray("plugins").stream()
                .map(JsonObject.class::cast)
                .anyMatch(
                    plugin ->
                        plugin.getString("id").equals("turn")
                            && plugin.getString("version").equals(version)
                            && plugin.getString("state").equals("running")));
  }

  private static void await(BooleanSupplier condition) {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.getAsBoolean()) {
      assertTrue(System.nanoTime() < end, "it comes in time");
      LockSupport.parkNanos(10_000_000);
    }
  }

  /**
   * What this process takes after a collection, but for machine code, which the JVM makes of more
   * and more methods until it has warmed up; 0 on systems without {@code /proc}.
   */
  private static long residentMebibytes() throws IOException {
    Path status = Path.of("/proc/self/status");
    if (!Files.exists(status)) {
      return 0;
    }
    System.gc();
    long machineCode =
        ManagementFactory.getMemoryPoolMXBeans().stream()
            .filter(pool -> pool.getName().startsWith("Code"))
            .mapToLong(pool -> pool.getUsage().getCommitted() >> 20)
            .sum();
    long resident =
        Files.readAllLines(status).stream()
            .filter(line -> line.startsWith("VmRSS:"))
            .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024)
            .sum();
    return resident - machineCode;
  }
}
