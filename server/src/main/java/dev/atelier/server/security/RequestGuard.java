package dev.atelier.server.security;

import dev.atelier.server.problem.Problem;
import dev.atelier.server.problem.ProblemException;
import dev.atelier.server.security.HostPolicy.Authority;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.SecurityPolicyHandler;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Decides at the door whether a request may come in, before anything of it but its head is looked
 * at. The same rules hold for the WebSocket's upgrade: browsers open one to any host, and no rule
 * of theirs keeps a foreign page from reading it.
 *
 * <p>Programs send neither {@code Origin} nor {@code Sec-Fetch-Site} and are let in; browsers send
 * both and cannot be made to leave them out.
 */
public final class RequestGuard implements SecurityPolicyHandler {
  private static final Set<HttpMethod> SAFE =
      Set.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.OPTIONS);

  private final HostPolicy hosts;

  public RequestGuard(HostPolicy hosts) {
    this.hosts = hosts;
  }

  @Override
  public void handle(RoutingContext context) {
    Optional<Problem> refusal = crookedPath(context).or(() -> refusal(context.request()));
    if (refusal.isPresent()) {
      context.fail(new ProblemException(refusal.get()));
    } else {
      context.next();
    }
  }

  /**
   * The router goes by the path's normal form, others by the path as it came: the two must be one,
   * or what is checked is not what is served.
   */
  private static Optional<Problem> crookedPath(RoutingContext context) {
    return context.normalizedPath().equals(context.request().path())
        ? Optional.empty()
        : refuse(400, "The request's path must be plain, without . and .. and empty steps.");
  }

  private Optional<Problem> refusal(HttpServerRequest request) {
    if (!request.uri().startsWith("/")) {
      return refuse(400, "The request's target must be a path.");
    }
    List<String> hostHeaders = request.headers().getAll(HttpHeaders.HOST);
    Optional<Authority> host =
        hostHeaders.size() == 1 ? Authority.parse(hostHeaders.get(0)) : Optional.empty();
    if (host.isEmpty()) {
      return refuse(400, "The request must name one host in its Host header.");
    }
    Optional<String> localAddress =
        Optional.ofNullable(request.localAddress()).map(address -> address.hostAddress());
    if (!hosts.answersTo(host.get(), localAddress)) {
      return refuse(
          421,
          "This studio does not answer to the name %s; if it is yours, start it with --allow-host %s."
              .formatted(host.get().name(), host.get().name()));
    }
    return foreignPage(request, host.get());
  }

  private Optional<Problem> foreignPage(HttpServerRequest request, Authority host) {
    boolean changes = !SAFE.contains(request.method()) || upgrades(request);
    List<String> origins = request.headers().getAll(HttpHeaders.ORIGIN);
    if (origins.size() > 1) {
      return refuse(400, "The request must name one origin in its Origin header.");
    }
    // Sandboxed frames and local files call themselves null: they may look, as a link may, not act.
    boolean anonymous = origins.equals(List.of("null"));
    Optional<Authority> origin = origins.stream().findFirst().flatMap(RequestGuard::authority);
    if (origin.filter(hosts::vouchedFor).isPresent()) {
      return Optional.empty();
    }
    boolean sameOrigin = origins.isEmpty() || origin.filter(host::equals).isPresent();
    if (!sameOrigin && (changes || !anonymous)) {
      return refuseForeign();
    }
    return changes && !ownSite(request) ? refuseForeign() : Optional.empty();
  }

  private static Optional<Authority> authority(String origin) {
    // A proxy in front may add TLS, so that the scheme is not compared; host and port are.
    int scheme = origin.startsWith("http://") ? 7 : origin.startsWith("https://") ? 8 : -1;
    return scheme < 0 ? Optional.empty() : Authority.parse(origin.substring(scheme));
  }

  /** “same-site” is not enough: it takes every port of this machine for one site. */
  private static boolean ownSite(HttpServerRequest request) {
    return request.headers().getAll("Sec-Fetch-Site").stream()
        .allMatch(site -> site.equals("same-origin") || site.equals("none"));
  }

  private static boolean upgrades(HttpServerRequest request) {
    String upgrade = request.getHeader(HttpHeaders.UPGRADE);
    return upgrade != null && upgrade.toLowerCase(Locale.ROOT).contains("websocket");
  }

  private static Optional<Problem> refuseForeign() {
    return refuse(
        403, "Requests from other web sites' pages are refused; open the studio's own page.");
  }

  private static Optional<Problem> refuse(int status, String detail) {
    return Optional.of(Problem.of(status, detail));
  }
}
