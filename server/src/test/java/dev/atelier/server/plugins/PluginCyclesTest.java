package dev.atelier.server.plugins;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.atelier.server.GradientGenerator;
import dev.atelier.server.http.LiveStudio;
import dev.atelier.server.plugins.PluginStatus.State;
import io.vertx.core.json.JsonObject;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A plugin that came and went again and again, with a job that every version went on with, has left
 * nothing behind: no class loader may be alive, so that thirty times tell as much as the two
 * hundred of {@code -Datelier.cycles=200}.
 */
class PluginCyclesTest {
  private static final int CYCLES = Integer.getInteger("atelier.cycles", 30);

  private static final BufferedImage PICTURE = new BufferedImage(8, 8, BufferedImage.TYPE_INT_RGB);

  private static final JsonObject OTHER =
      new JsonObject()
          .put("prompt", "another picture")
          .put("width", 64)
          .put("height", 64)
          .put("steps", 2)
          .put("seed", 1);

  /** Tells the test of its class loader, keeps a timer, a thread and a megabyte, answers, marks. */
  private static final String SOURCE =
      """
      public class Main implements AtelierPlugin {
        static final byte[] MEGABYTE = new byte[1 << 20];
        public Contributions start(PluginContext context) throws Exception {
          System.getProperties().put("atelier.test.loader",
              new java.lang.ref.WeakReference<>(Main.class.getClassLoader()));
          context.every(Duration.ofMillis(10), () -> MEGABYTE[0]++);
          Thread own = new Thread(() -> {
            try { Thread.sleep(1000000); } catch (InterruptedException e) {} }, "plugin-own");
          own.start();
          return Contributions.builder()
              .add((GenerationStep) order -> order.parameters().map(p -> new Part()))
              .add(Panel.of(Panel.Place.GENERATE, "Cycle", "schema.json").withTemplate("card.hbs"))
              .add(new Same())
              .add(new Endless())
              .optRoutes(call -> Answer.json("{\\"version\\": \\"VERSION\\"}"))
              .build();
        }
        public long memoryBytes() { return MEGABYTE.length; }
        static class Same implements Annotator {
          public String id() { return "same"; }
          public String title() { return "Same"; }
          public BufferedImage annotate(BufferedImage picture, Parameters p) { return picture; }
        }
        static class Endless implements JobType {
          public String id() { return "endless"; }
          public String title() { return "Endless"; }
          public void run(JobContext job) throws Exception {
            for (int i = job.state().map(Integer::parseInt).orElse(0);; i++) {
              job.save("" + i);
              job.progress(i, 1000000000, "VERSION");
              Thread.sleep(2);
            }
          }
        }
        static class Part implements PicturePart {
          public ImageRequest rewrite(ImageRequest request) {
            return request.toBuilder().setPrompt(request.prompt() + ", VERSION").build();
          }
          public BufferedImage finish(BufferedImage picture, int index) {
            picture.setRGB(0, 0, 0xFFFFFF);
            return picture;
          }
          public Map<String, String> annotate(int index) { return Map.of("Cycle", "VERSION"); }
        }
      }
      """;

  @TempDir private Path data;

  @Test
  void versionsThatComeAndGoLeaveNothing() throws Exception {
    try (LiveStudio studio = LiveStudio.open(data, GradientGenerator.free())) {
      AtomicBoolean enough = new AtomicBoolean();
      AtomicInteger others = new AtomicInteger();
      List<String> wrong = new ArrayList<>();
      Thread beside =
          new Thread(
              () -> {
                while (!enough.get()) {
                  check(studio.make(OTHER), Optional.empty(), wrong);
                  others.incrementAndGet();
                }
              });
      beside.start();
      List<WeakReference<?>> loaders = new ArrayList<>();
      String job = null;
      PluginJar[] versions = {jar("1.0.0"), jar("1.1.0")};
      try {
        for (int cycle = 0; cycle < CYCLES; cycle++) {
          String version = cycle % 2 == 0 ? "1.0.0" : "1.1.0";
          versions[cycle % 2].write(data.resolve("plugins").resolve("cycle.jar"));
          awaitVersion(studio, version);
          loaders.add((WeakReference<?>) System.getProperties().remove("atelier.test.loader"));
          check(studio.make(OTHER.copy().put("plugins", ON)), Optional.of(version), wrong);
          assertTrue(
              studio.plugins.annotators().annotate("cycle.same", PICTURE, Map.of()).isPresent());
          job = job == null ? begin(studio) : job;
          awaitProgress(studio, job, version);
          assertEquals(
              version, studio.get("/plugins/cycle/x").bodyAsJsonObject().getString("version"));
          if (cycle % 10 == 9 || cycle == CYCLES - 1) {
            studio.delete("/api/v1/plugins/cycle");
          }
        }
      } finally {
        enough.set(true);
        beside.join();
      }
      assertEquals(List.of(), wrong);
      assertTrue(others.get() > 0, "other pictures were made meanwhile");
      assertEquals(0, alive(loaders), "class loaders alive");
      assertEquals(List.of(), openJars());
      assertEquals(List.of(), threads());
      try (Stream<Path> left = Files.list(data.resolve("plugins-running"))) {
        assertEquals(0, left.count());
      }
    }
  }

  private static final JsonObject ON = new JsonObject().put("cycle", new JsonObject());

  private static PluginJar jar(String version) {
    return PluginJar.of("cycle", version)
        .plugin(SOURCE.replace("VERSION", version))
        .file("panel/schema.json", "{\"properties\": {}}")
        .file("panel/card.hbs", "<p>{{version}}</p>");
  }

  private static void check(JsonObject job, Optional<String> version, List<String> wrong) {
    String parameters =
        job.getJsonArray("images").isEmpty()
            ? ""
            : job.getJsonArray("images").getJsonObject(0).getString("parameters");
    boolean right =
        job.getString("state").equals("done")
            && parameters.contains("Cycle: ") == version.isPresent()
            && version.map(v -> parameters.contains("Cycle: " + v)).orElse(true);
    if (!right) {
      synchronized (wrong) {
        wrong.add(job.encode());
      }
    }
  }

  /** A job that goes on over all versions. */
  private static String begin(LiveStudio studio) {
    JsonObject order = new JsonObject().put("type", "cycle.endless");
    return studio.post("/api/v1/plugin-jobs", order).bodyAsJsonObject().getString("id");
  }

  private static void awaitProgress(LiveStudio studio, String job, String version) {
    PluginWait.until(
        studio.plugins,
        all ->
            Optional.ofNullable(
                    studio
                        .get("/api/v1/plugin-jobs/" + job)
                        .bodyAsJsonObject()
                        .getJsonObject("progress"))
                .filter(progress -> progress.getString("text").equals(version)));
  }

  private static void awaitVersion(LiveStudio studio, String version) {
    PluginWait.until(
        studio.plugins,
        all ->
            all.stream()
                .filter(p -> p.version().equals(version) && p.state() == State.RUNNING)
                .findFirst());
  }

  static long alive(List<WeakReference<?>> loaders) {
    for (int i = 0; i < 20 && loaders.stream().anyMatch(l -> l.get() != null); i++) {
      System.gc();
      // A full collection also clears what was reachable through a thread that has just ended.
      java.util.concurrent.locks.LockSupport.parkNanos(50_000_000);
    }
    return loaders.stream().filter(l -> l.get() != null).count();
  }

  /** Jars of plugins that this process holds open; nothing on systems without {@code /proc}. */
  static List<String> openJars() throws IOException {
    Path self = Path.of("/proc/self/fd");
    List<String> open = new ArrayList<>();
    if (Files.isDirectory(self)) {
      try (Stream<Path> descriptors = Files.list(self)) {
        for (Path descriptor : descriptors.toList()) {
          try {
            String target = Files.readSymbolicLink(descriptor).toString();
            if (target.contains("cycle")) {
              open.add(target);
            }
          } catch (IOException e) {
            // Closed meanwhile: the listing's own.
          }
        }
      }
    }
    return open;
  }

  static List<String> threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .filter(name -> name.startsWith("plugin-cycle") || name.equals("plugin-own"))
        .toList();
  }
}
