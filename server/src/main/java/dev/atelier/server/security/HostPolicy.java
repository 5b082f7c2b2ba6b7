package dev.atelier.server.security;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * The host names that requests may be addressed to.
 *
 * <p>A page on a name that an attacker owns may point that name at this machine (DNS rebinding):
 * the browser then takes the studio for the page's own server, and Origin equals Host. Only a list
 * of names tells the two apart.
 */
public final class HostPolicy {
  private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");

  /** Names that answer to any port, and names with the port that they answer to. */
  private final Set<String> own = new HashSet<>(LOOPBACK);

  private final Set<String> configured = new HashSet<>();

  /**
   * @param listenHost the address that the studio listens on; a name of its own unless it stands
   *     for every address
   * @param allowedHosts names, each with or without a port, that the user vouches for
   * @throws IllegalArgumentException when one of them is not a host name or address
   */
  public HostPolicy(String listenHost, List<String> allowedHosts) {
    if (!listenHost.equals("0.0.0.0") && !listenHost.equals("::")) {
      own.add(parse(bracketed(listenHost)).name());
    }
    for (String host : allowedHosts) {
      configured.add(parse(bracketed(host)).toString());
    }
  }

  /** Whether a studio that listens on that address is reached from its own machine alone. */
  public static boolean isLoopback(String listenHost) {
    return Authority.parse(bracketed(listenHost))
        .filter(own -> LOOPBACK.contains(own.name()))
        .isPresent();
  }

  private static Authority parse(String host) {
    return Authority.parse(host)
        .orElseThrow(
            () -> new IllegalArgumentException("“" + host + "” is not a host name or address."));
  }

  private static String bracketed(String host) {
    boolean bareIpv6 = host.indexOf(':') != host.lastIndexOf(':') && !host.startsWith("[");
    return bareIpv6 ? "[" + host + "]" : host;
  }

  /**
   * Whether a request may be addressed to {@code host}.
   *
   * @param localAddress the address that the request's connection came in on; it names no one's web
   *     site, so that it may be used as it is
   */
  boolean answersTo(Authority host, Optional<String> localAddress) {
    return own.contains(host.name())
        || vouchedFor(host)
        || localAddress.map(HostPolicy::bracketed).filter(host.name()::equals).isPresent();
  }

  /** Whether the user named {@code host} himself. */
  boolean vouchedFor(Authority host) {
    return configured.contains(host.name()) || configured.contains(host.toString());
  }

  /** {@code localhost:7860} and its like, in lower case. */
  record Authority(String name, Optional<Integer> port) {
    private static final java.util.regex.Pattern SHAPE =
        java.util.regex.Pattern.compile(
            "(\\[[0-9a-f:.]{2,45}]|[a-z0-9._-]{1,253})(?::(\\d{1,5}))?");

    static Optional<Authority> parse(String text) {
      var matcher = SHAPE.matcher(text.toLowerCase(Locale.ROOT));
      if (!matcher.matches()) {
        return Optional.empty();
      }
      Optional<Integer> port = Optional.ofNullable(matcher.group(2)).map(Integer::valueOf);
      return Optional.of(new Authority(matcher.group(1), port));
    }

    @Override
    public String toString() {
      return name + port.map(number -> ":" + number).orElse("");
    }
  }
}
