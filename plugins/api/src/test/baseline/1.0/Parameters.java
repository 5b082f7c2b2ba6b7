package dev.atelier.plugins.api;
import java.util.Collections;
import java.util.LinkedHashMap;
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
    public boolean flag(String name, boolean otherwise) {
    return values.get(name) instanceof Boolean flag ? flag : otherwise;
  }
}
