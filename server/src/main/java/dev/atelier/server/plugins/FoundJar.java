package dev.atelier.server.plugins;

import dev.atelier.models.pipeline.Extras;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.Optional;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import org.pf4j.ManifestPluginDescriptorFinder;
import org.pf4j.PluginDescriptor;

/**
 * A file of the plugin folder, looked at without running anything of it.
 *
 * @param file where it is
 * @param stamp the file as it was then
 * @param descriptor its manifest; empty when there is a problem
 * @param problem why it cannot be a plugin, one sentence
 */
record FoundJar(
    Path file, Stamp stamp, Optional<PluginDescriptor> descriptor, Optional<String> problem) {
  private static final long MAX_BYTES = 512L << 20;
  private static final int MAX_ENTRIES = 50_000;

  /** A file at one time: another stamp is another file. */
  record Stamp(long bytes, FileTime modified, Object key) {
    static Stamp of(Path file) throws IOException {
      BasicFileAttributes now = Files.readAttributes(file, BasicFileAttributes.class);
      return new Stamp(now.size(), now.lastModifiedTime(), String.valueOf(now.fileKey()));
    }

    /** For the file of switches; inodes are no use after a restart. */
    String text() {
      return bytes + "@" + modified.toMillis();
    }
  }

  private static final class NoPlugin extends Exception {
    private static final long serialVersionUID = 1L;

    NoPlugin(String sentence) {
      super(sentence);
    }
  }

  /** Looks at a file. Blocks on the disk. */
  static FoundJar look(Path file, Stamp stamp) {
    try {
      return new FoundJar(file, stamp, Optional.of(descriptor(file, stamp)), Optional.empty());
    } catch (NoPlugin e) {
      return new FoundJar(file, stamp, Optional.empty(), Optional.of(e.getMessage()));
    } catch (IOException | RuntimeException e) {
      String why = e instanceof ZipException ? "it is damaged or not whole" : e.getMessage();
      String sentence = "This is no jar that can be read (" + why + "); copy it here again.";
      return new FoundJar(file, stamp, Optional.empty(), Optional.of(sentence));
    }
  }

  private static PluginDescriptor descriptor(Path file, Stamp stamp) throws IOException, NoPlugin {
    if (!file.getFileName().toString().endsWith(".jar")) {
      throw new NoPlugin("Plugins are jars; nothing is unpacked here, so take the jar out of it.");
    }
    if (stamp.bytes() > MAX_BYTES) {
      throw new NoPlugin("A plugin's jar has at most %d MiB.".formatted(MAX_BYTES >> 20));
    }
    try (JarFile jar = new JarFile(file.toFile())) {
      if (jar.size() > MAX_ENTRIES) {
        throw new NoPlugin("A plugin's jar has at most %d files.".formatted(MAX_ENTRIES));
      }
      for (var entries = jar.entries(); entries.hasMoreElements(); ) {
        checkName(entries.nextElement());
      }
      Manifest manifest = jar.getManifest();
      if (manifest == null) {
        throw new NoPlugin("This jar is no plugin: it has no manifest.");
      }
      checkManifest(manifest.getMainAttributes());
    }
    return new ManifestPluginDescriptorFinder().find(file);
  }

  /** Nothing is unpacked, but a jar that tries to climb out of its folder means no good. */
  private static void checkName(ZipEntry entry) throws NoPlugin {
    String name = entry.getName();
    String slashed = "/" + name.replace('\\', '/') + "/";
    if (slashed.contains("/../") || slashed.startsWith("//") || slashed.matches("/[A-Za-z]:.*")) {
      throw new NoPlugin(
          "This jar is refused: its file “%s” would lie outside of its folder."
              .formatted(name.replaceAll("\\p{Cntrl}", "?")));
    }
  }

  private static void checkManifest(Attributes manifest) throws NoPlugin {
    String id = required(manifest, ManifestPluginDescriptorFinder.PLUGIN_ID);
    if (!Extras.ID.matcher(id).matches()) {
      throw new NoPlugin(
          "Its Plugin-Id “%s” must be small letters, digits and hyphens.".formatted(id));
    }
    required(manifest, ManifestPluginDescriptorFinder.PLUGIN_CLASS);
    String version = required(manifest, ManifestPluginDescriptorFinder.PLUGIN_VERSION);
    if (!ApiVersions.isVersion(version)) {
      throw new NoPlugin(
          "Its Plugin-Version “%s” must be three numbers, as 1.0.0.".formatted(version));
    }
    String requires = required(manifest, ManifestPluginDescriptorFinder.PLUGIN_REQUIRES);
    if (!ApiVersions.fits(requires)) {
      throw new NoPlugin(
          "It was made for version %s of the plugin API, and this Atelier has %s; get the version of it for this one."
              .formatted(requires, dev.atelier.plugins.api.ApiVersion.current()));
    }
  }

  private static String required(Attributes manifest, String name) throws NoPlugin {
    String value = manifest.getValue(name);
    if (value == null || value.isBlank()) {
      throw new NoPlugin("Its manifest lacks %s; see docs/plugins.md.".formatted(name));
    }
    return value.strip();
  }
}
