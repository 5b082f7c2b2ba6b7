package dev.atelier.server.plugins;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.OutputStream;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/** Makes plugin jars on the fly: compiles sources against what is on the class path. */
public final class PluginJar {
  private static final Pattern CLASS = Pattern.compile("class (\\w+)");
  private static final String IMPORTS =
      """
      package test;
      import dev.atelier.models.pipeline.*;
      import dev.atelier.plugins.api.*;
      import java.awt.image.BufferedImage;
      import java.nio.file.*;
      import java.time.Duration;
      import java.util.*;
      """;

  private final Map<String, String> manifest = new LinkedHashMap<>();
  private final Map<String, byte[]> files = new LinkedHashMap<>();

  private PluginJar(String id, String version) {
    manifest.put("Plugin-Id", id);
    manifest.put("Plugin-Version", version);
    manifest.put("Plugin-Requires", "1.0");
  }

  /** A jar whose plugin still lacks its class. */
  public static PluginJar of(String id, String version) {
    return new PluginJar(id, version);
  }

  /** A jar whose plugin contributes one step, given as the body of a {@code PicturePart}. */
  public static PluginJar step(String id, String version, String part) {
    return of(id, version).plugin(stepping("", part));
  }

  /** The body of a plugin class with one step. */
  public static String stepping(String members, String part) {
    return """
        public class Main implements AtelierPlugin {
          %s
          public Contributions start(PluginContext context) {
            return Contributions.builder().add((GenerationStep) order -> Optional.of(new Part())).build();
          }
          static class Part implements PicturePart {
            %s
          }
        }
        """
        .formatted(members, part);
  }

  /** The plugin's class, and others of its package in further sources. */
  public PluginJar plugin(String... sources) {
    manifest.put("Plugin-Class", "test." + name(sources[0]));
    files.putAll(compiled(sources));
    return this;
  }

  /** A line of the manifest; an empty one is left out. */
  public PluginJar manifest(String name, String value) {
    manifest.put(name, value);
    return this;
  }

  public PluginJar file(String name, String content) {
    files.put(name, content.getBytes(UTF_8));
    return this;
  }

  /** Writes the jar to its place at once, as a careful installer does. */
  public Path write(Path jar) {
    Path partial = jar.resolveSibling(jar.getFileName() + ".part");
    try {
      Files.createDirectories(jar.getParent());
      try (OutputStream out = Files.newOutputStream(partial);
          JarOutputStream entries = new JarOutputStream(out, attributes())) {
        for (Map.Entry<String, byte[]> file : files.entrySet()) {
          entries.putNextEntry(new JarEntry(file.getKey()));
          entries.write(file.getValue());
          entries.closeEntry();
        }
      }
      return Files.move(
          partial, jar, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Manifest attributes() {
    Manifest made = new Manifest();
    made.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    manifest.forEach(
        (name, value) -> {
          if (!value.isEmpty()) {
            made.getMainAttributes().putValue(name, value);
          }
        });
    return made;
  }

  private static String name(String source) {
    Matcher matcher = CLASS.matcher(source);
    if (!matcher.find()) {
      throw new IllegalArgumentException("No class in " + source);
    }
    return matcher.group(1);
  }

  private static Map<String, byte[]> compiled(String... sources) {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    StringWriter words = new StringWriter();
    try (StandardJavaFileManager manager = compiler.getStandardFileManager(null, null, UTF_8)) {
      Path classes = Files.createTempDirectory("plugin");
      List<String> options =
          List.of("-proc:none", "-cp", System.getProperty("java.class.path"), "-d", classes + "");
      List<JavaFileObject> units = Stream.of(sources).map(PluginJar::unit).toList();
      if (!compiler.getTask(words, manager, null, options, null, units).call()) {
        throw new IllegalArgumentException(words.toString());
      }
      Map<String, byte[]> files = new LinkedHashMap<>();
      try (Stream<Path> found = Files.walk(classes)) {
        for (Path file : found.sorted((a, b) -> b.compareTo(a)).toList()) {
          if (Files.isRegularFile(file)) {
            files.put(
                classes.relativize(file).toString().replace('\\', '/'), Files.readAllBytes(file));
          }
          Files.delete(file);
        }
      }
      return files;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static JavaFileObject unit(String source) {
    URI place = URI.create("string:///test/" + name(source) + ".java");
    return new SimpleJavaFileObject(place, JavaFileObject.Kind.SOURCE) {
      @Override
      public CharSequence getCharContent(boolean ignoreEncodingErrors) {
        return IMPORTS + source;
      }
    };
  }
}
