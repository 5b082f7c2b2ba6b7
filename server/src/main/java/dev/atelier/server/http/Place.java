package dev.atelier.server.http;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The places of the page, in the order in which the top bar names them. */
enum Place {
  GENERATE("/", "Generate", "brush", "index", "main"),
  MODELS("/models", "Models", "box-seam", "models", "models-place"),
  PLUGINS("/plugins", "Plugins", "puzzle", "plugins", "plugins-place");

  private final String path;
  private final String label;
  private final String icon;
  private final String template;
  private final String script;

  /**
   * @param icon its name in icons.css
   * @param template its name among the templates and stylesheets of places, without ending
   * @param script the module that begins it, without ending
   */
  Place(String path, String label, String icon, String template, String script) {
    this.path = path;
    this.label = label;
    this.icon = icon;
    this.template = template;
    this.script = script;
  }

  /** The address. */
  String path() {
    return path;
  }

  /** The template's resource. */
  String template() {
    return "atelier/web/templates/" + template + ".hbs";
  }

  /** The address of the module that begins it. */
  String script() {
    return Assets.OWN + "js/" + script + ".js";
  }

  /** The address of its stylesheet. */
  private String stylesheet() {
    return Assets.OWN + "css/place/" + template + ".css";
  }

  /**
   * What its template is rendered with.
   *
   * @param version Atelier's
   * @param assets what files may be asked for with, to be kept by the browser
   * @param modules the addresses of the modules that it needs
   */
  Map<String, Object> context(String version, String assets, List<String> modules) {
    return Map.of(
        "script",
        script(),
        "modules",
        modules,
        "stylesheet",
        stylesheet(),
        "version",
        version,
        "assets",
        assets,
        "title",
        this == GENERATE ? "Atelier" : label + " · Atelier",
        "place",
        label,
        "places",
        all());
  }

  private List<Map<String, Object>> all() {
    return Arrays.stream(values())
        .<Map<String, Object>>map(
            place ->
                Map.of(
                    "id", place.name().toLowerCase(Locale.ROOT),
                    "path", place.path,
                    "label", place.label,
                    "icon", place.icon,
                    "here", place == this))
        .toList();
  }
}
