package dev.atelier.plugins.api;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Values by the names that a panel's schema gives them: {@link String}, {@link Boolean}, {@link
 * Number}, {@code null}, {@link java.util.List} and {@link Map} of such.
 *
 * @param values the values
 */
public record Parameters(Map<String, Object> values) {
  /** Nothing at all. */
  public static final Parameters NONE = new Parameters(Map.of());

  public Parameters {
    values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
  }

  /** A number, or {@code otherwise} when there is none of that name. */
  public double number(String name, double otherwise) {
    return values.get(name) instanceof Number number ? number.doubleValue() : otherwise;
  }

  /** A text, or {@code otherwise} when there is none of that name. */
  public String text(String name, String otherwise) {
    return values.get(name) instanceof String text ? text : otherwise;
  }

  /**
   * The objects of a list, in order; none when there is no list of that name. What is no object in
   * it is left out.
   *
   * @since 1.1
   */
  public List<Parameters> list(String name) {
    List<Parameters> found = new ArrayList<>();
    if (values.get(name) instanceof List<?> list) {
      for (Object each : list) {
        if (each instanceof Map<?, ?> map) {
          Map<String, Object> copy = new LinkedHashMap<>();
          map.forEach((key, value) -> copy.put(String.valueOf(key), value));
          found.add(new Parameters(copy));
        }
      }
    }
    return found;
  }

  /** A switch, or {@code otherwise} when there is none of that name. */
  public boolean flag(String name, boolean otherwise) {
    return values.get(name) instanceof Boolean flag ? flag : otherwise;
  }
}
