package dev.atelier.server.plugins;

import io.vertx.core.json.JsonObject;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;

/**
 * What something that a plugin contributes says of itself.
 *
 * @param id its name within the plugin
 * @param title what users read
 * @param file its schema's file below {@code panel/}
 */
record Named(String id, String title, Optional<String> file) {
  private static final Pattern ID = Pattern.compile("[a-z][a-z0-9-]{0,39}");

  Named {
    Objects.requireNonNull(id, "no id");
    Objects.requireNonNull(title, "no title");
    Objects.requireNonNull(file, "no schema");
  }

  /**
   * Asks it.
   *
   * @param what what it is, for the sentence
   * @throws PluginFault when it throws, blocks or says what cannot be used
   */
  static Named ask(Callbacks callbacks, String what, Callable<Named> said) {
    Named named = callbacks.call("say what its %s is".formatted(what), said);
    if (!ID.matcher(named.id()).matches()) {
      throw new PluginFault(
          "Its %s's id “%s” must be small letters, digits and hyphens."
              .formatted(what, named.id()));
    }
    return named;
  }

  /**
   * The schema of its parameters.
   *
   * @throws PluginFault saying what is wrong with it
   */
  ParameterSchema schema(String plugin, PanelFiles files) {
    return file.map(name -> ParameterSchema.read(plugin, files, name))
        .orElseGet(() -> ParameterSchema.of(plugin, new JsonObject()));
  }
}
