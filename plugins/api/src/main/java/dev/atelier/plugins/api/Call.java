package dev.atelier.plugins.api;

import java.util.Map;
import java.util.Objects;

/**
 * A request to a plugin.
 *
 * @param method {@code GET}, {@code POST} …
 * @param path what follows {@code /plugins/ID}, decoded, beginning with a slash
 * @param query the query's fields; of one that is given twice the first
 * @param body JSON text, empty when there is none
 */
public record Call(String method, String path, Map<String, String> query, String body) {
  public Call {
    Objects.requireNonNull(method);
    Objects.requireNonNull(path);
    query = Map.copyOf(query);
    Objects.requireNonNull(body);
  }
}
