package dev.atelier.server.http;

import dev.atelier.server.http.Assets.Asset;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Stylesheets with those that they import in the imports' places: a browser would ask for each by
 * itself, and a page has a score of them. Addresses in what is imported must be absolute. Blocks.
 */
final class StyleSheets {
  /** An import of a file, on a line of its own. */
  private static final Pattern IMPORT =
      Pattern.compile("^@import '([^'\\s]+\\.css)';$", Pattern.MULTILINE);

  private final Assets assets;

  /** What comes out of a jar, by its name. */
  private final Map<String, Asset> packed = new ConcurrentHashMap<>();

  StyleSheets(Assets assets) {
    this.assets = assets;
  }

  /**
   * The file of the page's own at an address, with its imports in it if it is a stylesheet.
   *
   * @param name its path below {@link Assets#OWN}
   * @throws IllegalStateException when a stylesheet imports one that is not there
   */
  Optional<Asset> own(String name) {
    Optional<Asset> file = assets.own(name);
    return name.endsWith(".css") ? file.map(sheet -> whole(name, sheet)) : file;
  }

  private Asset whole(String name, Asset sheet) {
    return sheet.packed()
        ? packed.computeIfAbsent(name, n -> joined(n, sheet))
        : joined(name, sheet);
  }

  /** With its imports. */
  private Asset joined(String name, Asset sheet) {
    byte[] whole = withImports(Assets.OWN + name, sheet).getBytes(StandardCharsets.UTF_8);
    // The page's own files come out of one jar or none.
    return Asset.of(whole, sheet.mediaType(), sheet.packed());
  }

  private String withImports(String address, Asset sheet) {
    return IMPORT
        .matcher(sheet.content().toString(StandardCharsets.UTF_8))
        .replaceAll(found -> Matcher.quoteReplacement(imported(address, found.group(1))));
  }

  private String imported(String address, String relative) {
    String imported = URI.create(address).resolve(relative).getPath();
    return assets
        .at(imported)
        .map(sheet -> withImports(imported, sheet))
        .orElseThrow(() -> new IllegalStateException(address + " imports " + imported));
  }
}
