package dev.atelier.server.plugins;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;

/** What lies below {@code panel/} in a plugin's jar, in memory: no jar stays open for it. */
public final class PanelFiles {
  private static final String FOLDER = "panel/";
  private static final long MAX_BYTES = 16 << 20;

  private static final Map<String, String> MEDIA_TYPES =
      Map.of(
          "css", "text/css; charset=utf-8",
          "hbs", "text/plain; charset=utf-8",
          "jpg", "image/jpeg",
          "js", "text/javascript; charset=utf-8",
          "json", "application/json",
          "png", "image/png",
          "svg", "image/svg+xml",
          "webp", "image/webp",
          "woff2", "font/woff2");

  private final Map<String, PanelFile> files = new HashMap<>();

  private PanelFiles() {}

  /**
   * One file.
   *
   * @param content its bytes; not a copy
   * @param mediaType what it is
   */
  public record PanelFile(byte[] content, String mediaType) {}

  /**
   * Reads them.
   *
   * @throws PluginFault when they are too large or cannot be read
   */
  static PanelFiles read(Path jar) {
    PanelFiles read = new PanelFiles();
    long room = MAX_BYTES;
    try (JarFile entries = new JarFile(jar.toFile())) {
      for (var each = entries.entries(); each.hasMoreElements(); ) {
        JarEntry entry = each.nextElement();
        String name = entry.getName();
        String type = MEDIA_TYPES.get(name.substring(name.lastIndexOf('.') + 1));
        if (name.startsWith(FOLDER) && type != null && !entry.isDirectory()) {
          try (InputStream in = entries.getInputStream(entry)) {
            byte[] content = in.readNBytes((int) room + 1);
            room -= content.length;
            if (room < 0) {
              throw new PluginFault("Its panel's files are larger than 16 MiB together.");
            }
            read.files.put(name.substring(FOLDER.length()), new PanelFile(content, type));
          }
        }
      }
    } catch (IOException e) {
      throw new PluginFault("Its panel's files cannot be read: " + e.getMessage());
    }
    return read;
  }

  /** The file of that name below {@code panel/}. */
  public Optional<PanelFile> find(String name) {
    return Optional.ofNullable(files.get(name));
  }

  /**
   * The text of a file.
   *
   * @throws PluginFault when there is none of that name
   */
  String text(String name) {
    return find(name)
        .map(file -> new String(file.content(), StandardCharsets.UTF_8))
        .orElseThrow(() -> new PluginFault("Its file panel/%s is missing.".formatted(name)));
  }
}
