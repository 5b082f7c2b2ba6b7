package dev.atelier.server.http;

import dev.atelier.server.problem.Problem;
import dev.atelier.server.problem.ProblemException;
import dev.atelier.server.security.SecurityHeaders;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.nio.file.Path;

/** A file that never changes under its address as an answer; it is nobody's but its user's. */
final class LastingFile {
  private LastingFile() {}

  /** Begins an answer that the user's browser may keep for good. */
  static HttpServerResponse begin(RoutingContext context) {
    return context
        .response()
        .putHeader(HttpHeaders.CACHE_CONTROL, "private, max-age=31536000, immutable");
  }

  /**
   * Sends a picture, which may be looked at in a tab of its own.
   *
   * @param gone what to say, with a 404, when it is no longer there
   */
  static void sendPicture(RoutingContext context, String mediaType, Path file, String gone) {
    SecurityHeaders.ofPicture(context);
    begin(context)
        .putHeader(HttpHeaders.CONTENT_TYPE, mediaType)
        // Pictures are compressed already.
        .putHeader(HttpHeaders.CONTENT_ENCODING, HttpHeaders.IDENTITY)
        .sendFile(file.toString())
        .onFailure(fault -> context.fail(new ProblemException(Problem.of(404, gone))));
  }
}
