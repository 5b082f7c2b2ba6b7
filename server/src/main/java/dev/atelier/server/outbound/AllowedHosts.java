package dev.atelier.server.outbound;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The hosts that the studio may fetch from. A name is fetched from by https at its usual port, and
 * only where it stands for public addresses; an origin that the operator wrote out ({@code
 * http://127.0.0.1:8080}) is taken as it stands. Immutable.
 */
public final class AllowedHosts {
  /** The two hubs and where they keep their files (measured redirects end there). */
  private static final List<String> HUBS =
      List.of(
          "huggingface.co",
          "*.huggingface.co",
          "hf.co",
          "*.hf.co",
          "civitai.com",
          "*.civitai.com",
          "civitai-delivery-worker-prod.*.r2.cloudflarestorage.com");

  private static final Pattern NAME =
      Pattern.compile("(\\*\\.)?([a-z0-9*-]{1,63}\\.)+[a-z0-9-]{2,63}");

  private static final int HTTPS = 443;

  private final List<Pattern> names = new ArrayList<>();
  private final Set<String> origins = new HashSet<>();

  private AllowedHosts() {}

  /**
   * The hubs' hosts and the operator's.
   *
   * @param more host names, in which {@code *} stands for one or more labels, or whole origins
   * @throws IllegalArgumentException when one is neither
   */
  public static AllowedHosts hubsAnd(List<String> more) {
    AllowedHosts hosts = new AllowedHosts();
    HUBS.forEach(hosts::add);
    more.forEach(hosts::add);
    return hosts;
  }

  private void add(String text) {
    String host = text.strip().toLowerCase(Locale.ROOT);
    if (host.contains("://")) {
      origins.add(originOf(host));
    } else if (NAME.matcher(host).matches()) {
      names.add(
          Pattern.compile(host.replace(".", "\\.").replace("*", "[a-z0-9-]+(\\.[a-z0-9-]+)*")));
    } else {
      throw new IllegalArgumentException(
          "“%s” is no host to download from; write a name like models.example or an origin like http://127.0.0.1:8080."
              .formatted(text));
    }
  }

  private static String originOf(String text) {
    try {
      URI uri = new URI(text);
      if (uri.getHost() != null && List.of("http", "https").contains(uri.getScheme())) {
        return origin(uri);
      }
    } catch (URISyntaxException e) {
      // Told below, with the others.
    }
    throw new IllegalArgumentException("“" + text + "” is no origin like http://127.0.0.1:8080.");
  }

  /** Scheme, host and port of an address, in lower case. */
  static String origin(URI uri) {
    return (uri.getScheme() + "://" + uri.getHost() + ":" + port(uri)).toLowerCase(Locale.ROOT);
  }

  /** The port that an address means. */
  static int port(URI uri) {
    return uri.getPort() >= 0
        ? uri.getPort()
        : uri.getScheme().equalsIgnoreCase("http") ? 80 : HTTPS;
  }

  /** Whether the operator wrote out this very origin, so that nothing else is asked of it. */
  boolean vouchedFor(URI uri) {
    return origins.contains(origin(uri));
  }

  /**
   * Checks an address, the first one or one that a server redirects to.
   *
   * @throws RefusedAddressException when the studio does not fetch from it
   */
  public void check(URI uri) {
    if (uri.getScheme() == null || uri.getHost() == null || uri.getRawUserInfo() != null) {
      throw new RefusedAddressException("The address of a model is like https://host/path.");
    }
    if (vouchedFor(uri)) {
      return;
    }
    String host = uri.getHost().toLowerCase(Locale.ROOT);
    if (names.stream().noneMatch(name -> name.matcher(host).matches())) {
      throw new RefusedAddressException(
          "Models are not fetched from %s; start the studio with --download-host %s if you trust it."
              .formatted(host, host));
    }
    if (!uri.getScheme().equalsIgnoreCase("https") || port(uri) != HTTPS) {
      throw new RefusedAddressException(
          "Models are fetched by https at its usual port only, not from %s."
              .formatted(origin(uri)));
    }
  }
}
