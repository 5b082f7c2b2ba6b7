package dev.atelier.server.http;

import dev.atelier.server.http.Assets.Asset;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/**
 * What an ES module imports, and what that imports in turn. A browser learns of a module when it
 * has read the one that imports it; told of all at the start, it fetches them side by side instead
 * of one level after the other. Blocks on the first look at a file.
 */
final class ModuleGraph {
  /** An import or a re-export that is not made at run time. */
  private static final Pattern IMPORT =
      Pattern.compile("\\b(?:import|export)\\b(?:[^'\"();]*?\\bfrom)?\\s*['\"]([^'\"\\s]+)['\"]");

  private final Assets assets;

  /** By a file's ETag, which another content has not. */
  private final Map<String, List<String>> imports = new ConcurrentHashMap<>();

  ModuleGraph(Assets assets) {
    this.assets = assets;
  }

  /**
   * The addresses of a module and of all that it needs, nearest first.
   *
   * @param address its path on this server
   */
  List<String> of(String address) {
    Set<String> found = new LinkedHashSet<>();
    Deque<String> next = new ArrayDeque<>(List.of(address));
    while (!next.isEmpty()) {
      String module = next.remove();
      Optional<Asset> file = found.contains(module) ? Optional.empty() : assets.at(module);
      if (file.isPresent()) {
        found.add(module);
        for (String imported : imports(file.get())) {
          next.add(URI.create(module).resolve(imported).getPath());
        }
      }
    }
    return List.copyOf(found);
  }

  private List<String> imports(Asset file) {
    return imports.computeIfAbsent(
        file.etag(),
        etag ->
            IMPORT
                .matcher(file.content().toString(StandardCharsets.UTF_8))
                .results()
                .map(result -> result.group(1))
                .filter(imported -> imported.startsWith(".") || imported.startsWith("/"))
                .toList());
  }
}
