package dev.atelier.plugins.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import japicmp.cmp.JApiCmpArchive;
import japicmp.cmp.JarArchiveComparator;
import japicmp.cmp.JarArchiveComparatorOptions;
import japicmp.model.JApiClass;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A plugin that was compiled against 1.0 or a later 1.x runs on every 1.x from there. */
class ApiCompatibilityTest {
  private static final Path BASELINE = Path.of("src", "test", "baseline");
  private static final Path RELEASED = BASELINE.resolve("1.0");
  private static final Path NOW = Path.of("target", "classes");

  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"1.0", "1.1", "1.2"})
  void pluginsOfAReleasedApiRunOnThisOne(String version) throws IOException {
    assertEquals(List.of(), broken(compiled(sources(BASELINE.resolve(version))), NOW));
    assertTrue(ApiVersion.current().startsWith("1."), "another first number is another baseline");
  }

  @Test
  void aMethodThatIsGoneIsFound() throws IOException {
    List<Path> more = new ArrayList<>(sources(RELEASED));
    more.removeIf(file -> file.endsWith("Parameters.java"));
    String source = Files.readString(RELEASED.resolve("Parameters.java"), UTF_8);
    int end = source.lastIndexOf('}');
    more.add(
        Files.writeString(
            folder.resolve("Parameters.java"),
            source.substring(0, end) + "public int gone() { return 0; }\n}\n"));
    assertEquals(List.of("dev.atelier.plugins.api.Parameters"), broken(compiled(more), NOW));
  }

  /** Plugins implement it: to those that are compiled already, the method would be missing. */
  @Test
  void aMethodThatPluginsWouldHaveToImplementIsFound() throws IOException {
    Path now = Files.createDirectory(folder.resolve("now"));
    List<Path> more = new ArrayList<>(sources(RELEASED));
    more.removeIf(file -> file.endsWith("Routes.java"));
    String source = Files.readString(RELEASED.resolve("Routes.java"), UTF_8);
    more.add(
        Files.writeString(
            now.resolve("Routes.java"),
            source
                .replace("@FunctionalInterface", "")
                .replace("Answer answer", "int fresh(); Answer answer")));
    assertFalse(broken(compiled(sources(RELEASED)), compiled(more)).isEmpty());
  }

  /** Names of classes that would break plugins. */
  private List<String> broken(Path before, Path after) throws IOException {
    var options = new JarArchiveComparatorOptions();
    options.getIgnoreMissingClasses().setIgnoreAllMissingClasses(true);
    List<JApiClass> compared =
        new JarArchiveComparator(options)
            .compare(
                new JApiCmpArchive(jar(before).toFile(), "released"),
                new JApiCmpArchive(jar(after).toFile(), "now"));
    return compared.stream()
        .filter(each -> !compatible(each))
        .map(JApiClass::getFullyQualifiedName)
        .toList();
  }

  private static boolean compatible(JApiClass each) {
    // The host alone implements the context, so that it may grow.
    boolean ours = each.getFullyQualifiedName().equals(PluginContext.class.getName());
    return each.isBinaryCompatible() && (ours || each.isSourceCompatible());
  }

  private static List<Path> sources(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.toString().endsWith(".java")).toList();
    }
  }

  private Path compiled(List<Path> sources) throws IOException {
    Path classes = Files.createTempDirectory(folder, "classes");
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, UTF_8)) {
      List<String> options =
          List.of("-proc:none", "-cp", System.getProperty("java.class.path"), "-d", classes + "");
      boolean done =
          compiler
              .getTask(null, files, null, options, null, files.getJavaFileObjectsFromPaths(sources))
              .call();
      assertTrue(done, "the sources compile");
    }
    return classes;
  }

  private Path jar(Path classes) throws IOException {
    Path jar = Files.createTempFile(folder, "api", ".jar");
    try (OutputStream out = Files.newOutputStream(jar);
        JarOutputStream entries = new JarOutputStream(out);
        Stream<Path> files = Files.walk(classes)) {
      files.filter(Files::isRegularFile).forEach(file -> add(entries, classes, file));
    }
    return jar;
  }

  private static void add(JarOutputStream entries, Path root, Path file) {
    try {
      entries.putNextEntry(new JarEntry(root.relativize(file).toString().replace('\\', '/')));
      Files.copy(file, entries);
      entries.closeEntry();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
