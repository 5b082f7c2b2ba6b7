package dev.atelier.models.pipeline;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * What a request says to others than the pipeline: parameters of plugins, by the plugin's id. They
 * are part of the request, since they are part of what makes the picture; the pipeline itself never
 * looks at them.
 *
 * @param parameters values by name, by plugin: texts, numbers, booleans, null, lists and maps of
 *     such; copied
 */
public record Extras(Map<String, Map<String, Object>> parameters) {
  /** Nothing to anyone. */
  public static final Extras NONE = new Extras(Map.of());

  /** Plugins that a request may speak to. */
  public static final int MAX_PLUGINS = 50;

  /** What a plugin's id looks like. */
  public static final Pattern ID = Pattern.compile("[a-z][a-z0-9-]{0,39}");

  /** Deeper values are nobody's honest parameters. */
  private static final int MAX_DEPTH = 8;

  /**
   * Copies the values.
   *
   * @throws InvalidRequestException when an id or a value is not what it may be
   */
  public Extras {
    FieldCheck.check(
        parameters.size() <= MAX_PLUGINS,
        "plugins",
        "A request speaks to %d plugins at most, this one to %d.",
        MAX_PLUGINS,
        parameters.size());
    Map<String, Map<String, Object>> copy = new TreeMap<>();
    parameters.forEach(
        (id, values) -> {
          FieldCheck.check(ID.matcher(id).matches(), "plugins", "There is no plugin “%s”.", id);
          copy.put(id, copy(values, 1));
        });
    parameters = Collections.unmodifiableMap(copy);
  }

  private static Map<String, Object> copy(Map<?, ?> values, int depth) {
    Map<String, Object> copy = new TreeMap<>();
    values.forEach((name, value) -> copy.put(String.valueOf(name), value(value, depth)));
    return Collections.unmodifiableMap(copy);
  }

  private static Object value(Object value, int depth) {
    FieldCheck.check(
        depth <= MAX_DEPTH, "plugins", "A plugin's parameters are nested too deep; flatten them.");
    if (value instanceof Map<?, ?> map) {
      return copy(map, depth + 1);
    }
    if (value instanceof List<?> list) {
      List<Object> copy = new ArrayList<>();
      list.forEach(each -> copy.add(value(each, depth + 1)));
      return Collections.unmodifiableList(copy);
    }
    FieldCheck.check(
        value == null
            || value instanceof String
            || value instanceof Boolean
            || value instanceof Number,
        "plugins",
        "A plugin's parameters are JSON values, no %s.",
        value == null ? "null" : value.getClass().getSimpleName());
    return value;
  }
}
