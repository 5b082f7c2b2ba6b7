package dev.atelier.server.plugins;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.atelier.server.GradientGenerator;
import dev.atelier.server.http.LiveStudio;
import dev.atelier.server.plugins.PluginStatus.State;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever a plugin does, it ends in a clear state, and the studio goes on. */
class PluginFaultsTest {
  private static final JsonObject REQUEST =
      new JsonObject()
          .put("prompt", "a fox")
          .put("width", 64)
          .put("height", 64)
          .put("steps", 2)
          .put("seed", 7);

  /** While it is set, threads that shall not end do not. */
  private static final String STUCK = "atelier.test.stuck";

  private static final String FOR_EVER =
      "while (System.getProperty(\"atelier.test.stuck\") != null) "
          + "try { Thread.sleep(20); } catch (InterruptedException e) {} ";

  /** A plugin whose methods do nothing but for a marked place. */
  private static final String PLACES =
      """
      public class Main implements AtelierPlugin {
        public Main() { /*make*/ }
        public Contributions start(PluginContext context) {
          context.every(Duration.ofMillis(10), () -> { /*timer*/ });
          /*start*/
          return Contributions.builder().add(new Step()).optRoutes(call -> answer()).build();
        }
        static Answer answer() { /*answer*/ return Answer.json("{}"); }
        public void stop() { /*stop*/ }
        public long memoryBytes() { /*memory*/ return 0; }
        static class Step implements GenerationStep {
          public Optional<PicturePart> open(PictureOrder order) { /*open*/ return Optional.of(new Part()); }
          public OnFault onFault() { /*onFault*/ return OnFault.POLICY; }
        }
        static class Part implements PicturePart {
          public ImageRequest rewrite(ImageRequest request) { /*rewrite*/ return request; }
          public BufferedImage finish(BufferedImage picture, int i) { /*finish*/ return picture; }
          public Map<String, String> annotate(int i) { /*annotate*/ return Map.of("Mark", "there"); }
          public void close() { /*close*/ }
        }
      }
      """;

  @TempDir private Path data;
  private LiveStudio studio;

  @BeforeEach
  void start() {
    System.setProperty(STUCK, "yes");
    studio = LiveStudio.open(data, GradientGenerator.free());
  }

  @AfterEach
  void stop() {
    System.clearProperty(STUCK);
    studio.close();
  }

  private Path folder() {
    return data.resolve("plugins");
  }

  private PluginStatus await(String id, State state) {
    return PluginWait.until(
        studio.plugins,
        all -> all.stream().filter(p -> p.id().equals(id) && p.state() == state).findFirst());
  }

  private PluginStatus drop(String place, String code, String policy, State state) {
    String source = PLACES.replace("/*" + place + "*/", code).replace("POLICY", policy);
    PluginJar.of("bad", "1.0.0").plugin(source).write(folder().resolve("bad.jar"));
    return await("bad", state);
  }

  private void studioGoesOn() {
    assertEquals("done", studio.make(REQUEST).getString("state"));
  }

  private static final String BOOM = "if (true) throw new IllegalStateException(\"boom\");";

  @ParameterizedTest
  @CsvSource({
    "make, be made",
    "start, start",
    "onFault, say what its faults mean",
    "memory, say what it holds"
  })
  void aPluginThatThrowsAtItsStartFails(String place, String doing) {
    PluginStatus status = drop(place, BOOM, "FAIL", State.FAILED);
    assertEquals(
        "The plugin bad threw IllegalStateException (boom) when asked to %s.".formatted(doing),
        status.problem().orElseThrow());
    studioGoesOn();
  }

  @ParameterizedTest
  @CsvSource({
    "open, open a picture",
    "rewrite, rewrite a request",
    "finish, finish a picture",
    "annotate, annotate a picture"
  })
  void aPluginThatThrowsInAPictureFailsItAndIsSwitchedOff(String place, String doing) {
    drop(place, BOOM, "FAIL", State.RUNNING);
    JsonObject job = studio.make(REQUEST);
    String fault =
        "The plugin bad threw IllegalStateException (boom) when asked to %s.".formatted(doing);
    assertEquals("failed", job.getString("state"));
    assertEquals(
        fault + " It has been switched off; make the picture without it.", job.getString("error"));
    assertEquals(fault, await("bad", State.FAILED).problem().orElseThrow());
    studioGoesOn();
  }

  @ParameterizedTest
  @ValueSource(strings = {"open", "rewrite", "finish", "annotate"})
  void aPluginThatMayBeLeftOutIs(String place) {
    drop(place, BOOM, "LEAVE_OUT", State.RUNNING);
    JsonObject job = studio.make(REQUEST);
    assertEquals("done", job.getString("state"), job::encodePrettily);
    String parameters = job.getJsonArray("images").getJsonObject(0).getString("parameters");
    assertFalse(parameters.contains("Mark"));
    await("bad", State.FAILED);
    studioGoesOn();
  }

  @Test
  void aPluginThatThrowsWhenItsPartEndsIsSwitchedOffAndThePictureIsKept() {
    drop("close", BOOM, "FAIL", State.RUNNING);
    assertEquals("done", studio.make(REQUEST).getString("state"));
    await("bad", State.FAILED);
    studioGoesOn();
  }

  @Test
  void aPluginThatThrowsInATimerIsSwitchedOff() {
    PluginStatus status = drop("timer", BOOM, "FAIL", State.FAILED);
    assertEquals(
        "The plugin bad threw IllegalStateException (boom) in a timer.",
        status.problem().orElseThrow());
    studioGoesOn();
  }

  @Test
  void aPluginThatThrowsAtARequestIsSwitchedOff() {
    drop("answer", BOOM, "FAIL", State.RUNNING);
    assertEquals(500, studio.get("/plugins/bad/x").statusCode());
    await("bad", State.FAILED);
    assertEquals(404, studio.get("/plugins/bad/x").statusCode());
    studioGoesOn();
  }

  @Test
  void aPluginThatThrowsWhenItIsStoppedIsUnloadedAllTheSame() {
    drop("stop", BOOM, "FAIL", State.RUNNING);
    assertEquals(200, studio.post("/api/v1/plugins/bad/disable", new JsonObject()).statusCode());
    PluginStatus status = await("bad", State.DISABLED);
    assertTrue(status.notes().toString().contains("when asked to stop"), status::toString);
    studioGoesOn();
  }

  @Test
  void aPluginThatNeverReturnsIsSwitchedOffAndItsThreadNamed() {
    drop("finish", FOR_EVER, "LEAVE_OUT", State.RUNNING);
    assertEquals("done", studio.make(REQUEST).getString("state"));
    PluginStatus status = await("bad", State.FAILED);
    assertEquals(
        "The plugin bad did not return within 3 s when asked to finish a picture.",
        status.problem().orElseThrow());
    assertTrue(status.notes().toString().contains("left the thread"), status::toString);
    studioGoesOn();
  }

  @Test
  void aThreadThatAPluginLeavesIsNamed() {
    String leak = "new Thread(() -> { " + FOR_EVER + " }, \"leaky\").start();";
    drop("start", leak, "FAIL", State.RUNNING);
    studio.post("/api/v1/plugins/bad/disable", new JsonObject());
    PluginStatus status = await("bad", State.DISABLED);
    assertTrue(
        status.notes().toString().contains("left the thread “leaky” running"), status::toString);
    studioGoesOn();
  }

  @Test
  void aThreadThatEndsWhenItIsInterruptedIsEnded() {
    String leak =
        "new Thread(() -> { try { Thread.sleep(1000000); } catch (InterruptedException e) {} },"
            + " \"polite\").start();";
    drop("start", leak, "FAIL", State.RUNNING);
    studio.post("/api/v1/plugins/bad/disable", new JsonObject());
    assertEquals(java.util.List.of(), await("bad", State.DISABLED).notes());
    assertTrue(
        Thread.getAllStackTraces().keySet().stream().noneMatch(t -> t.getName().equals("polite")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Plugin-Requires | 2.0 | It was made for version 2.0 of the plugin API",
        "Plugin-Requires | 1.99 | It was made for version 1.99 of the plugin API",
        "Plugin-Requires | '' | Its manifest lacks Plugin-Requires",
        "Plugin-Version | one | Its Plugin-Version “one” must be three numbers",
        "Plugin-Id | Bad_Name | Its Plugin-Id “Bad_Name” must be small letters",
        "Plugin-Class | '' | Its manifest lacks Plugin-Class"
      })
  void aManifestThatDoesNotFitIsExplained(String name, String value, String sentence) {
    PluginJar.of("bad", "1.0.0")
        .plugin(PLACES.replace("POLICY", "FAIL"))
        .manifest(name, value)
        .write(folder().resolve("bad.jar"));
    PluginStatus status = await("bad.jar", State.FAILED);
    assertTrue(status.problem().orElseThrow().startsWith(sentence), status::toString);
    studioGoesOn();
  }

  @Test
  void aClassThatIsNoPluginIsExplained() {
    PluginJar.of("bad", "1.0.0").plugin("public class Main {}").write(folder().resolve("b.jar"));
    String problem = await("bad", State.FAILED).problem().orElseThrow();
    assertTrue(problem.contains("test.Main is no AtelierPlugin"), problem);
  }

  @Test
  void aDamagedJarIsExplainedAndTakenOnceItIsWhole() throws IOException {
    Path whole =
        PluginJar.of("bad", "1.0.0")
            .plugin(PLACES.replace("POLICY", "FAIL"))
            .write(data.resolve("w"));
    byte[] bytes = Files.readAllBytes(whole);
    Path jar = folder().resolve("bad.jar");
    Files.write(jar, Arrays.copyOf(bytes, bytes.length / 2));
    String problem = await("bad.jar", State.FAILED).problem().orElseThrow();
    assertTrue(problem.contains("damaged or not whole"), problem);
    studioGoesOn();
    Files.write(jar, bytes);
    await("bad", State.RUNNING);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"../../evil.txt", "a/../../evil.txt", "/etc/evil", "..\\evil", "C:\\evil"})
  void aJarThatClimbsOutOfItsFolderIsRefused(String name) throws IOException {
    Path made = data.resolve("evil");
    try (OutputStream out = Files.newOutputStream(made);
        ZipOutputStream zip = new ZipOutputStream(out)) {
      zip.putNextEntry(new ZipEntry(name));
      zip.write(1);
      zip.closeEntry();
    }
    Files.move(made, folder().resolve("evil.jar"));
    String problem = await("evil.jar", State.FAILED).problem().orElseThrow();
    assertTrue(problem.contains("outside of its folder"), problem);
    assertEquals(Optional.empty(), find(data, "evil.txt"));
  }

  private static Optional<Path> find(Path folder, String name) throws IOException {
    try (var files = Files.walk(folder)) {
      return files.filter(file -> file.endsWith(name)).findFirst();
    }
  }

  @Test
  void aZipIsNotUnpacked() throws IOException {
    try (ZipOutputStream zip =
        new ZipOutputStream(Files.newOutputStream(folder().resolve("plugin.zip")))) {
      zip.putNextEntry(new ZipEntry("classes/META-INF/MANIFEST.MF"));
      zip.closeEntry();
    }
    assertTrue(
        await("plugin.zip", State.FAILED).problem().orElseThrow().startsWith("Plugins are jars"));
  }
}
