package dev.atelier.server.cli;

import dev.atelier.models.pipeline.Extras;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** Makes the project of a new plugin from the template on the class path. */
final class PluginProject {
  private static final String TEMPLATE = "/atelier/plugin-template/";

  /** The template's files, and where they go; in both, what stands in braces is filled in. */
  private static final Map<String, String> FILES =
      Map.of(
          "pom.xml", "pom.xml",
          "README.md", "README.md",
          "gitignore", ".gitignore",
          "Plugin.java", "src/main/java/{package}/{class}Plugin.java",
          "Step.java", "src/main/java/{package}/{class}Step.java",
          "StepTest.java", "src/test/java/{package}/{class}StepTest.java",
          "schema.json", "src/main/resources/panel/schema.json");

  private PluginProject() {}

  /**
   * Makes it.
   *
   * @param folder its folder, whose name is the plugin's id
   * @throws CannotRunException when the name cannot be an id, or the folder is there already
   */
  static void make(Path folder) throws CannotRunException, IOException {
    String id = folder.toAbsolutePath().normalize().getFileName().toString();
    if (!Extras.ID.matcher(id).matches()) {
      throw new CannotRunException(
          "“"
              + id
              + "” cannot be a plugin's id: begin with a small letter, and go on with small"
              + " letters, digits and hyphens.");
    }
    if (Files.exists(folder)) {
      throw new CannotRunException(folder + " is there already; choose another name.");
    }
    Map<String, String> words =
        Map.of("id", id, "package", id.replace("-", ""), "class", camel(id), "title", title(id));
    for (Map.Entry<String, String> file : FILES.entrySet()) {
      Path target = folder.resolve(filled(file.getValue(), words));
      Files.createDirectories(target.getParent());
      Files.writeString(target, filled(template(file.getKey()), words));
    }
    ApiJars.write(folder.resolve("lib"));
  }

  private static String template(String name) throws IOException {
    try (InputStream in = PluginProject.class.getResourceAsStream(TEMPLATE + name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static String filled(String text, Map<String, String> words) {
    String filled = text;
    for (Map.Entry<String, String> word : words.entrySet()) {
      filled = filled.replace("{" + word.getKey() + "}", word.getValue());
    }
    return filled;
  }

  private static String camel(String id) {
    return Arrays.stream(id.split("-"))
        .filter(part -> !part.isEmpty())
        .map(part -> part.substring(0, 1).toUpperCase(Locale.ROOT) + part.substring(1))
        .collect(Collectors.joining());
  }

  private static String title(String id) {
    String words = id.replace('-', ' ').strip();
    return words.substring(0, 1).toUpperCase(Locale.ROOT) + words.substring(1);
  }
}
