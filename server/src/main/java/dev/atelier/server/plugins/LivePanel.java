package dev.atelier.server.plugins;

import com.github.jknack.handlebars.Handlebars;
import dev.atelier.plugins.api.Panel;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;

/**
 * A plugin's panel as the page gets it.
 *
 * @param place where it is shown, e.g. {@code generate}
 * @param title its heading
 * @param schema the schema of its parameters
 * @param html what it contains; empty when the page makes its fields from the schema
 * @param module address of its ES module, for as long as this version runs
 */
public record LivePanel(
    Panel.Place place,
    String title,
    ParameterSchema schema,
    Optional<String> html,
    Optional<String> module) {

  /**
   * Reads a panel's files.
   *
   * @param base address of the plugin's files, with a slash at its end
   * @throws PluginFault saying which file is missing or wrong
   */
  static LivePanel read(Panel panel, String id, String version, PanelFiles files, String base) {
    panel.module().ifPresent(files::text);
    return new LivePanel(
        panel.place(),
        panel.title(),
        ParameterSchema.read(id, files, panel.schema()),
        panel.template().map(file -> render(panel, id, version, file, files.text(file))),
        panel.module().map(file -> base + file));
  }

  private static String render(
      Panel panel, String id, String version, String file, String template) {
    try {
      return new Handlebars()
          .compileInline(template)
          .apply(Map.of("id", id, "version", version, "title", panel.title()));
    } catch (IOException | RuntimeException e) {
      throw new PluginFault(
          "Its template panel/%s cannot be rendered: %s".formatted(file, e.getMessage()));
    }
  }
}
