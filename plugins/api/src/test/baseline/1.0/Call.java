package dev.atelier.plugins.api;
import java.util.Map;
import java.util.Objects;
public record Call(String method, String path, Map<String, String> query, String body) {
  public Call {
    Objects.requireNonNull(method);
    Objects.requireNonNull(path);
    query = Map.copyOf(query);
    Objects.requireNonNull(body);
  }
}
