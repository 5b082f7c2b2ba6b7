package dev.atelier.server.security;

import dev.atelier.server.problem.Problem;
import dev.atelier.server.problem.ProblemException;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;

/**
 * Reads request bodies: JSON only, of a limited size, in a limited time. Another web site's page
 * can send forms and plain text to any host without asking, JSON it cannot; and what is not a form
 * needs no parser of multipart boundaries, field names and file names.
 */
public final class RequestBodies implements Handler<RoutingContext> {
  private static final String JSON = "application/json";

  /** Bytes that a body may have where nothing else is said. */
  public static final long USUAL_LIMIT = 1 << 20;

  private final Map<String, BodyHandler> largeBodies;
  private final BodyHandler usualBodies = reader(USUAL_LIMIT);
  private final Duration deadline;

  /**
   * @param largeBodies bytes that a body may have, by path
   * @param deadline how long a body may take to arrive
   */
  public RequestBodies(Map<String, Long> largeBodies, Duration deadline) {
    this.largeBodies =
        largeBodies.entrySet().stream()
            .collect(
                java.util.stream.Collectors.toUnmodifiableMap(
                    Map.Entry::getKey, entry -> reader(entry.getValue())));
    this.deadline = deadline;
  }

  private static BodyHandler reader(long limit) {
    return BodyHandler.create(false).setBodyLimit(limit);
  }

  @Override
  public void handle(RoutingContext context) {
    HttpServerRequest request = context.request();
    if (!hasBody(request)) {
      context.next();
    } else if (!isJson(request)) {
      context.fail(
          new ProblemException(
              Problem.of(
                  415, "Send the body as JSON, with the header Content-Type: application/json.")));
    } else {
      // Whatever its letters and parameters: those who read the body ask for the plain name.
      request.headers().set(HttpHeaders.CONTENT_TYPE, JSON);
      watch(context);
      largeBodies.getOrDefault(context.normalizedPath(), usualBodies).handle(context);
    }
  }

  private static boolean hasBody(HttpServerRequest request) {
    String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
    return request.headers().contains(HttpHeaders.TRANSFER_ENCODING)
        || (length != null && !length.equals("0"));
  }

  private static boolean isJson(HttpServerRequest request) {
    String type = request.getHeader(HttpHeaders.CONTENT_TYPE);
    return type != null && type.split(";", 2)[0].strip().toLowerCase(Locale.ROOT).equals(JSON);
  }

  /** Ends the connection of a client that lets its body trickle in. */
  private void watch(RoutingContext context) {
    long timer =
        context
            .vertx()
            .setTimer(
                deadline.toMillis(),
                id -> {
                  if (!context.request().isEnded() && !context.response().ended()) {
                    context.response().putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
                    // The header alone would wait for the rest of the body.
                    context.addEndHandler(sent -> context.request().connection().close());
                    context.fail(
                        new ProblemException(
                            Problem.of(408, "The body took too long to arrive; send it again.")));
                  }
                });
    context.addEndHandler(end -> context.vertx().cancelTimer(timer));
  }
}
