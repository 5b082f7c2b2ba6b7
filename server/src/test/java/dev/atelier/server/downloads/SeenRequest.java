package dev.atelier.server.downloads;

import io.vertx.core.http.HttpServerRequest;

/**
 * What was asked for.
 *
 * @param server which of the hub's servers heard it
 */
public record SeenRequest(
    String server, String path, String range, String ifRange, String authorization) {
  static SeenRequest of(String server, HttpServerRequest request) {
    return new SeenRequest(
        server,
        request.path(),
        request.getHeader("Range"),
        request.getHeader("If-Range"),
        request.getHeader("Authorization"));
  }
}
