package dev.atelier.plugins.api;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
public record Parameters(Map<String, Object> values) {
  public static final Parameters NONE = new Parameters(Map.of());
  public Parameters {
    values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
  }
  public double number(String name, double otherwise) {
    return values.get(name) instanceof Number number ? number.doubleValue() : otherwise;
  }
  public String text(String name, String otherwise) {
    return values.get(name) instanceof String text ? text : otherwise;
  }
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
  public boolean flag(String name, boolean otherwise) {
    return values.get(name) instanceof Boolean flag ? flag : otherwise;
  }
}
