package dev.atelier.server.plugins;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.atelier.server.GradientGenerator;
import dev.atelier.server.http.LiveStudio;
import dev.atelier.server.plugins.PluginStatus.State;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Plugins come, take part in pictures and go, in a studio that draws gradients. */
class PluginHostTest {
  private static final JsonObject REQUEST =
      new JsonObject()
          .put("prompt", "a fox")
          .put("width", 64)
          .put("height", 64)
          .put("steps", 2)
          .put("seed", 7);

  /** Writes its version into the settings and paints the first pixel. */
  private static final String MARK =
      """
      public ImageRequest rewrite(ImageRequest r) {
        return r.toBuilder().setPrompt(r.prompt() + " VERSION").build();
      }
      public BufferedImage finish(BufferedImage picture, int index) {
        picture.setRGB(0, 0, 0xFFFF00);
        return picture;
      }
      public Map<String, String> annotate(int index) {
        return Map.of("Mark", "VERSION");
      }
      """;

  @TempDir private Path data;
  private LiveStudio studio;

  @BeforeEach
  void start() {
    studio = LiveStudio.open(data, GradientGenerator.free());
  }

  @AfterEach
  void stop() {
    studio.close();
  }

  private Path jar(String name) {
    return data.resolve("plugins").resolve(name);
  }

  private static PluginJar mark(String version) {
    return PluginJar.step("mark", version, MARK.replace("VERSION", version));
  }

  /** Waits until a plugin is as it should be. */
  private PluginStatus await(String id, Predicate<PluginStatus> wanted) {
    return PluginWait.until(
        studio.plugins,
        plugins -> plugins.stream().filter(p -> p.id().equals(id)).filter(wanted).findFirst());
  }

  private PluginStatus await(String id, State state) {
    return await(id, plugin -> plugin.state() == state);
  }

  private void awaitGone(String id) {
    PluginWait.until(
        studio.plugins,
        all ->
            all.stream().noneMatch(p -> p.id().equals(id)) ? Optional.of(true) : Optional.empty());
  }

  private String parameters() {
    JsonObject job = studio.make(REQUEST);
    assertEquals("done", job.getString("state"), job::encodePrettily);
    return job.getJsonArray("images").getJsonObject(0).getString("parameters");
  }

  @Test
  void aDroppedJarTakesPartAReplacedOneInItsPlaceAndADeletedOneNoMore() throws IOException {
    assertTrue(!parameters().contains("Mark"));
    mark("1.0.0").write(jar("mark.jar"));
    await("mark", State.RUNNING);
    assertTrue(parameters().contains("Mark: 1.0.0"));
    mark("1.1.0").write(jar("mark.jar"));
    await("mark", plugin -> plugin.version().equals("1.1.0") && plugin.state() == State.RUNNING);
    assertTrue(parameters().contains("Mark: 1.1.0"));
    Files.delete(jar("mark.jar"));
    awaitGone("mark");
    assertTrue(!parameters().contains("Mark"));
  }
}
