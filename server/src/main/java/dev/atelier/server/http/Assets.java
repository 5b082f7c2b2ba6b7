package dev.atelier.server.http;

import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URL;
import java.net.URLConnection;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/**
 * The page's files on the class path. Names come from requests, so that they are held to a shape
 * that cannot climb out of its folder, and only the kinds of file that a page needs are given out.
 * Blocks on the first look at a file.
 */
final class Assets {
  /**
   * One file.
   *
   * @param content its bytes
   * @param mediaType what it is
   * @param etag a name for this very content, quoted
   * @param packed whether it comes out of a jar, which does not change while the studio runs
   */
  record Asset(Buffer content, String mediaType, String etag, boolean packed) {
    static Asset of(byte[] content, String mediaType, boolean packed) {
      return new Asset(Buffer.buffer(content), mediaType, nameOf(content), packed);
    }
  }

  /** Where files of the page's own are served. */
  static final String OWN = "/static/";

  /** Where files of webjars are served. */
  static final String WEBJARS = "/webjars/";

  private static final String SEGMENT = "[A-Za-z0-9_@-][A-Za-z0-9_.@-]{0,127}";
  private static final Pattern NAME = Pattern.compile(SEGMENT + "(?:/" + SEGMENT + "){0,9}");
  private static final Pattern WEBJAR = Pattern.compile("(" + SEGMENT + ")/(.+)");

  private static final Map<String, String> MEDIA_TYPES =
      Map.of(
          "css", "text/css; charset=utf-8",
          "ico", "image/x-icon",
          "jpg", "image/jpeg",
          "js", "text/javascript; charset=utf-8",
          "json", "application/json",
          "png", "image/png",
          "svg", "image/svg+xml",
          "txt", "text/plain; charset=utf-8",
          "webp", "image/webp",
          "woff2", "font/woff2");

  private final ClassLoader classPath = Assets.class.getClassLoader();
  private final Map<String, Asset> packed = new ConcurrentHashMap<>();

  /** The file at an address of this server. */
  Optional<Asset> at(String path) {
    if (path.startsWith(OWN)) {
      return own(path.substring(OWN.length()));
    }
    return path.startsWith(WEBJARS) ? webjar(path.substring(WEBJARS.length())) : Optional.empty();
  }

  /** A file of the page's own. */
  Optional<Asset> own(String name) {
    return find("atelier/web/static/", name);
  }

  /** A file of a webjar: the jar's name, without its version, and the path in it. */
  Optional<Asset> webjar(String path) {
    var matcher = WEBJAR.matcher(path);
    return matcher.matches()
        ? version(matcher.group(1))
            .flatMap(
                version ->
                    find(
                        "META-INF/resources/webjars/%s/%s/".formatted(matcher.group(1), version),
                        matcher.group(2)))
        : Optional.empty();
  }

  private Optional<String> version(String webjar) {
    String file = "META-INF/maven/org.webjars.npm/" + webjar + "/pom.properties";
    try (InputStream in = classPath.getResourceAsStream(file)) {
      if (in == null) {
        return Optional.empty();
      }
      Properties properties = new Properties();
      properties.load(in);
      return Optional.ofNullable(properties.getProperty("version"));
    } catch (IOException e) {
      throw new UncheckedIOException(file, e);
    }
  }

  private Optional<Asset> find(String folder, String name) {
    int dot = name.lastIndexOf('.');
    String mediaType = dot < 0 ? null : MEDIA_TYPES.get(name.substring(dot + 1));
    if (mediaType == null || !NAME.matcher(name).matches()) {
      return Optional.empty();
    }
    Asset known = packed.get(folder + name);
    return known != null ? Optional.of(known) : read(folder + name, mediaType);
  }

  private Optional<Asset> read(String resource, String mediaType) {
    URL url = classPath.getResource(resource);
    if (url == null) {
      return Optional.empty();
    }
    try {
      URLConnection connection = url.openConnection();
      // A cached connection would keep the jar open for as long as the process lives.
      connection.setUseCaches(false);
      byte[] content;
      try (InputStream in = connection.getInputStream()) {
        content = in.readAllBytes();
      }
      boolean fromJar = url.getProtocol().equals("jar");
      Asset asset = Asset.of(content, mediaType, fromJar);
      if (fromJar) {
        packed.put(resource, asset);
      }
      return Optional.of(asset);
    } catch (IOException e) {
      throw new UncheckedIOException(resource, e);
    }
  }

  private static String nameOf(byte[] content) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(content);
      return '"' + HexFormat.of().formatHex(digest, 0, 12) + '"';
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java has SHA-256", e);
    }
  }
}
