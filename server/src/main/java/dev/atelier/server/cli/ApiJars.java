package dev.atelier.server.cli;

import dev.atelier.models.pipeline.ImageRequest;
import dev.atelier.plugins.api.AtelierPlugin;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;

/**
 * The jars that a plugin is compiled against, in a folder of its project: the plugin API and what
 * its signatures name. A repository would not do: Maven copies what it finds there into its own,
 * where it stays when Atelier has changed, and asks none without a network.
 */
final class ApiJars {
  private ApiJars() {}

  /** Writes them, over older ones. */
  static void write(Path folder) throws IOException {
    Files.createDirectories(folder);
    jar(place(AtelierPlugin.class), folder.resolve("atelier-plugins-api.jar"));
    jar(place(ImageRequest.class), folder.resolve("atelier-models.jar"));
  }

  private static Path place(Class<?> of) throws IOException {
    try {
      return Path.of(of.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new IOException(e);
    }
  }

  /** The jar as it is, or one of a folder of classes. */
  private static void jar(Path from, Path to) throws IOException {
    if (Files.isRegularFile(from)) {
      Files.copy(from, to, StandardCopyOption.REPLACE_EXISTING);
      return;
    }
    try (OutputStream out = Files.newOutputStream(to);
        JarOutputStream entries = new JarOutputStream(out);
        Stream<Path> files = Files.walk(from)) {
      for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
        entries.putNextEntry(new JarEntry(from.relativize(file).toString().replace('\\', '/')));
        Files.copy(file, entries);
        entries.closeEntry();
      }
    }
  }
}
