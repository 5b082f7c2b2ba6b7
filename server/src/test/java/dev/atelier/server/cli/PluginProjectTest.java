package dev.atelier.server.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.atelier.server.GradientGenerator;
import dev.atelier.server.http.LiveStudio;
import dev.atelier.server.plugins.PluginStatus.State;
import dev.atelier.server.plugins.PluginWait;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
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
  private static final Path EXAMPLE = Path.of("..", "plugins", "examples", "vignette");

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

  /** Drops the jar of a project into a studio; the settings that its picture carries. */
  private String parameters(Path jar, String id, JsonObject values) throws IOException {
    try (LiveStudio studio = LiveStudio.open(folder.resolve("studio"), GradientGenerator.free())) {
      Files.copy(jar, studio.plugins.folder().resolve(jar.getFileName()));
      PluginWait.until(
          studio.plugins,
          all ->
              all.stream()
                  .filter(p -> p.id().equals(id) && p.state() == State.RUNNING)
                  .findFirst());
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
  }

  @Test
  void aNewProjectBuildsAndItsPluginRuns() throws Exception {
    Path project = folder.resolve("my-words");
    assertEquals(0, atelier("plugins", "new", project.toString()), err::toString);
    build(project);
    String parameters =
        parameters(
            project.resolve("target/my-words.jar"),
            "my-words",
            new JsonObject().put("words", "in snow"));
    assertTrue(parameters.contains("My words: in snow"), parameters);
  }

  @Test
  void theExampleBuildsAndItsPluginRuns() throws Exception {
    Path project = folder.resolve("vignette");
    try (Stream<Path> files = Files.walk(EXAMPLE)) {
      for (Path file : files.filter(f -> !generated(EXAMPLE.relativize(f))).toList()) {
        Path target = project.resolve(EXAMPLE.relativize(file).toString());
        Files.createDirectories(target.getParent());
        Files.copy(file, target);
      }
    }
    assertEquals(0, atelier("plugins", "api", project.toString()), err::toString);
    build(project);
    String parameters =
        parameters(project.resolve("target/vignette.jar"), "vignette", new JsonObject());
    assertTrue(parameters.contains("Vignette: 0.5 from 0.6"), parameters);
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
