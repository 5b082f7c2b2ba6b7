package dev.atelier.plugins.api;
import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonParseException;
import com.google.gson.ToNumberPolicy;
import com.google.gson.reflect.TypeToken;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
public record Call(String method, String path, Map<String, String> query, String body) {
  private static final Gson JSON =
      new GsonBuilder().setObjectToNumberStrategy(ToNumberPolicy.LONG_OR_DOUBLE).create();
  public Call {
    Objects.requireNonNull(method);
    Objects.requireNonNull(path);
    query = Map.copyOf(query);
    Objects.requireNonNull(body);
  }
  public Optional<Parameters> fields() {
    try {
      return Optional.ofNullable(JSON.fromJson(body, new TypeToken<Map<String, Object>>() {}))
          .map(Parameters::new);
    } catch (JsonParseException e) {
      return Optional.empty();
    }
  }
}
