package dev.atelier.plugins.api;

import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A piece of the page: a card with a switch. Its files lie below {@code panel/} in the plugin's jar
 * and are served as they are; their names here are paths below that folder.
 *
 * @param place where it is shown
 * @param title its heading, one or two words
 * @param schema file of the JSON schema of its parameters: an object whose properties are numbers,
 *     integers, booleans, texts, lists or objects, each with a {@code title} and a {@code default}.
 *     The host checks requests against it, and makes the card's fields from it where there is no
 *     template (none of lists and objects, which are since 1.1 and for modules).
 * @param template file of a Handlebars template that is rendered with {@code id}, {@code version}
 *     and {@code title}: the card's contents; fields whose {@code name} is that of a parameter are
 *     kept in step with it
 * @param module file of an ES module whose function {@code mount(root, panel)} is called with the
 *     card's contents and may return a function that ends what it began; {@code panel} has {@code
 *     values}, {@code set(values)}, {@code onValues(listener)} and {@code onMessage(listener)};
 *     since 1.1 also {@code on}, {@code turn(on)}, {@code insert(text)} and {@code picture()}
 */
public record Panel(
    Place place, String title, String schema, Optional<String> template, Optional<String> module) {
  private static final Pattern FILE =
      Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.-]*(/[A-Za-z0-9_][A-Za-z0-9_.-]*){0,7}");

  /** Where a panel is shown. */
  public enum Place {
    /** Among the settings of the next picture. */
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

  /** A panel whose fields are made from its schema. */
  public static Panel of(Place place, String title, String schema) {
    return new Panel(place, title, schema, Optional.empty(), Optional.empty());
  }

  /** The same with a template of its own. */
  public Panel withTemplate(String template) {
    return new Panel(place, title, schema, Optional.of(template), module);
  }

  /** The same with a module of its own. */
  public Panel withModule(String module) {
    return new Panel(place, title, schema, template, Optional.of(module));
  }
}
