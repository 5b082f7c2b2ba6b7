package dev.atelier.server.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.atelier.server.GradientGenerator;
import dev.atelier.server.http.LiveStudio;
import dev.atelier.server.imaging.PictureEncoder;
import dev.atelier.server.plugins.PluginStatus.State;
import dev.atelier.server.plugins.PluginWait;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.client.HttpResponse;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** A plugin from nothing, built outside of this build, against the plugin API alone. */
@DisabledOnOs(OS.WINDOWS)
class PluginProjectTest {
  private static final Path EXAMPLES = Path.of("..", "plugins", "examples");

  @TempDir private Path folder;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int atelier(String... args) {
    CommandLine atelier = Atelier.commandLine();
    atelier.setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
    return atelier.execute(args);
  }

  /** Builds and tests a project with the Maven that builds this one; what it needs is there. */
  private void build(Path project) throws IOException, InterruptedException {
    Path log = folder.resolve("build.log");
    ProcessBuilder maven =
        new ProcessBuilder(
            Path.of("..", "mvnw").toAbsolutePath().toString(),
            "-q",
            "-B",
            "-o",
            "-f",
            project.resolve("pom.xml").toString(),
            "package");
    maven.environment().keySet().removeIf(name -> name.startsWith("MAVEN_PROJECT"));
    maven.directory(project.toFile()).redirectErrorStream(true).redirectOutput(log.toFile());
    assertEquals(0, maven.start().waitFor(), () -> read(log));
  }

  private static String read(Path log) {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      return e.toString();
    }
  }

  private LiveStudio studio() {
    return LiveStudio.open(folder.resolve("studio"), GradientGenerator.free());
  }

  /** Drops the jar of a project into a studio. */
  private static void drop(LiveStudio studio, Path jar, String id) throws IOException {
    Files.copy(jar, studio.plugins.folder().resolve(jar.getFileName()));
    PluginWait.until(
        studio.plugins,
        all ->
            all.stream().filter(p -> p.id().equals(id) && p.state() == State.RUNNING).findFirst());
  }

  /** The settings that a picture made with a plugin carries. */
  private static String parameters(LiveStudio studio, String id, JsonObject values) {
    JsonObject job =
        studio.make(
            new JsonObject()
                .put("prompt", "a fox")
                .put("width", 64)
                .put("height", 64)
                .put("steps", 2)
                .put("plugins", new JsonObject().put(id, values)));
    assertEquals("done", job.getString("state"), job::encodePrettily);
    return job.getJsonArray("images").getJsonObject(0).getString("parameters");
  }

  @Test
  void aNewProjectBuildsAndItsPluginRuns() throws Exception {
    Path project = folder.resolve("my-words");
    assertEquals(0, atelier("plugins", "new", project.toString()), err::toString);
    build(project);
    try (LiveStudio studio = studio()) {
      drop(studio, project.resolve("target/my-words.jar"), "my-words");
      String parameters = parameters(studio, "my-words", new JsonObject().put("words", "in snow"));
      assertTrue(parameters.contains("My words: in snow"), parameters);
    }
  }

  /** Builds an example in a place of its own; its jar. */
  private Path example(String name) throws IOException, InterruptedException {
    Path from = EXAMPLES.resolve(name);
    Path project = folder.resolve(name);
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.filter(f -> !generated(from.relativize(f))).toList()) {
        Path target = project.resolve(from.relativize(file).toString());
        Files.createDirectories(target.getParent());
        Files.copy(file, target);
      }
    }
    assertEquals(0, atelier("plugins", "api", project.toString()), err::toString);
    build(project);
    return project.resolve("target").resolve(name + ".jar");
  }

  @Test
  void theExampleBuildsAndItsPluginRuns() throws Exception {
    Path jar = example("vignette");
    try (LiveStudio studio = studio()) {
      drop(studio, jar, "vignette");
      String parameters = parameters(studio, "vignette", new JsonObject());
      assertTrue(parameters.contains("Vignette: 0.5 from 0.6"), parameters);
      BufferedImage edges = edges(studio);
      assertEquals(0xFFFFFFFF, edges.getRGB(16, 8), "at the square's side");
      assertEquals(0xFF000000, edges.getRGB(16, 16), "in the square");
    }
  }

  @Test
  void theExampleOfAJobBuildsAndIsDone() throws Exception {
    Path jar = example("seed-sheet");
    try (LiveStudio studio = studio()) {
      drop(studio, jar, "seed-sheet");
      JsonObject parameters = new JsonObject().put("count", 2).put("size", 64).put("steps", 1);
      String job =
          studio
              .post(
                  "/api/v1/plugin-jobs",
                  new JsonObject().put("type", "seed-sheet.sheet").put("parameters", parameters))
              .bodyAsJsonObject()
              .getString("id");
      JsonObject done =
          PluginWait.until(
              studio.plugins,
              all ->
                  Optional.of(studio.get("/api/v1/plugin-jobs/" + job).bodyAsJsonObject())
                      .filter(now -> now.getString("finished_at") != null));
      assertEquals("done", done.getString("state"), done::encodePrettily);
      String sheet = done.getJsonArray("results").getJsonObject(0).getString("url");
      BufferedImage picture =
          ImageIO.read(new ByteArrayInputStream(studio.get(sheet).body().getBytes()));
      assertEquals(2 * (64 + 8) + 8, picture.getWidth());
    }
  }

  /** The control map of a white square on black, from 8 to 24 of 32 pixels. */
  private static BufferedImage edges(LiveStudio studio) throws IOException {
    BufferedImage square = new BufferedImage(32, 32, BufferedImage.TYPE_INT_RGB);
    square.createGraphics().fillRect(8, 8, 16, 16);
    String input = studio.rooms.inputs.add(PictureEncoder.PNG.encode(square)).await().id();
    HttpResponse<Buffer> map =
        studio.post(
            "/api/v1/annotators/vignette.edges",
            new JsonObject().put("picture", new JsonObject().put("id", input)));
    assertEquals(200, map.statusCode(), map::bodyAsString);
    return ImageIO.read(new ByteArrayInputStream(map.body().getBytes()));
  }

  private static boolean generated(Path file) {
    return file.startsWith("target") || file.startsWith("lib");
  }

  @ParameterizedTest
  @ValueSource(strings = {"My-Words", "7up", "a_b", "name.jar"})
  void aNameThatCannotBeAnIdIsRefused(String name) {
    assertEquals(1, atelier("plugins", "new", folder.resolve(name).toString()));
    assertTrue(err.toString().contains("cannot be a plugin's id"), err::toString);
    assertTrue(Files.notExists(folder.resolve(name)));
  }

  @Test
  void aFolderThatIsThereIsLeftAsItIs() throws IOException {
    Path there = Files.createDirectory(folder.resolve("there"));
    assertEquals(1, atelier("plugins", "new", there.toString()));
    assertTrue(err.toString().contains("is there already"), err::toString);
  }

  @Test
  void aStudioIsAskedOverHttp() {
    try (LiveStudio studio = LiveStudio.open(folder.resolve("studio"), GradientGenerator.free())) {
      String url = "http://127.0.0.1:" + studio.port();
      assertEquals(0, atelier("plugins", "list", "--url", url), err::toString);
      assertTrue(out.toString().contains("No plugins; put a jar into"), out::toString);
      assertEquals(1, atelier("plugins", "disable", "nobody", "--url", url));
      assertEquals("There is no plugin of this id.", err.toString().strip());
    }
  }

  @Test
  void aStudioThatDoesNotAnswerIsExplained() {
    assertEquals(1, atelier("plugins", "list", "--url", "http://127.0.0.1:1"));
    assertTrue(err.toString().contains("start it with ./atelier run"), err::toString);
  }
}
