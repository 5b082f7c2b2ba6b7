package dev.atelier.server.security;

import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.PlatformHandler;

/**
 * The headers that every answer carries: a page of the studio loads and talks to the studio alone,
 * no other page may frame, embed or open it, and no file is taken for what it does not say it is.
 */
public final class SecurityHeaders implements PlatformHandler {
  private static final String CONTENT_SECURITY_POLICY = "Content-Security-Policy";
  private static final String POLICY =
      "default-src 'self'; img-src 'self' blob: data:; script-src 'self'; style-src 'self'; "
          + "object-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'; "
          + "connect-src 'self'";

  /** Browsers show a picture by itself in a page of their own, which has its styles inline. */
  private static final String POLICY_OF_PICTURES =
      "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'";

  @Override
  public void handle(RoutingContext context) {
    addTo(context);
    context.next();
  }

  /** Puts the headers on an answer; for requests that the router refuses before any handler. */
  public static void addTo(RoutingContext context) {
    context
        .response()
        // One by one: setAll would take away every header that was there before.
        .putHeader(CONTENT_SECURITY_POLICY, POLICY + socketSources(context))
        .putHeader("X-Content-Type-Options", "nosniff")
        .putHeader("Referrer-Policy", "no-referrer")
        .putHeader("Cross-Origin-Opener-Policy", "same-origin")
        .putHeader("Cross-Origin-Resource-Policy", "same-origin")
        .putHeader(
            "Permissions-Policy",
            "camera=(), microphone=(), geolocation=(), display-capture=(), usb=()");
  }

  /** Makes an answer a picture that is looked at by itself; it loads nothing at all. */
  public static void ofPicture(RoutingContext context) {
    context.response().putHeader(CONTENT_SECURITY_POLICY, POLICY_OF_PICTURES);
  }

  /** 'self' covers the page's WebSocket in some browsers only; the others need its address. */
  private static String socketSources(RoutingContext context) {
    String header = context.request().getHeader(HttpHeaders.HOST);
    // Parsed, so that a Host header can put nothing into the policy.
    return header == null
        ? ""
        : HostPolicy.Authority.parse(header)
            .map(host -> " ws://%s wss://%s".formatted(host, host))
            .orElse("");
  }
}
