package dev.atelier.plugins.api;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
public record Panel(
    Place place, String title, String schema, Optional<String> template, Optional<String> module) {
  private static final Pattern FILE =
      Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.-]*(/[A-Za-z0-9_][A-Za-z0-9_.-]*){0,7}");
  public enum Place {
    GENERATE
  }
  public Panel {
    Objects.requireNonNull(place, "place");
    if (title.isBlank() || title.length() > 40) {
      throw new IllegalArgumentException("A panel's title has 1 to 40 characters: " + title);
    }
    checkFile(schema);
    template.ifPresent(Panel::checkFile);
    module.ifPresent(Panel::checkFile);
  }
  private static void checkFile(String file) {
    if (!FILE.matcher(file).matches()) {
      throw new IllegalArgumentException("A panel's file is a path below panel/, not " + file);
    }
  }
  public static Panel of(Place place, String title, String schema) {
    return new Panel(place, title, schema, Optional.empty(), Optional.empty());
  }
  public Panel withTemplate(String template) {
    return new Panel(place, title, schema, Optional.of(template), module);
  }
  public Panel withModule(String module) {
    return new Panel(place, title, schema, template, Optional.of(module));
  }
}
