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
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Reads request bodies: JSON only, or files where a path takes them, of a limited size, in a
 * limited time. Another web site's page can send forms and plain text to any host without asking,
 * JSON and pictures it cannot; and what is not a form needs no parser of multipart boundaries,
 * field names and file names.
 */
public final class RequestBodies implements Handler<RoutingContext> {
  private static final String JSON = "application/json";

  /** Bytes that a body may have where nothing else is said. */
  public static final long USUAL_LIMIT = 1 << 20;

  private final Map<String, Reader> readers;
  private final Reader usual = Reader.of(Rule.json(USUAL_LIMIT));
  private final Duration deadline;

  /**
   * What bodies a path takes.
   *
   * @param mediaTypes in lower case, none of them one that a form can have
   * @param limit bytes that a body may have
   */
  public record Rule(Set<String> mediaTypes, long limit) {
    /** JSON of that many bytes. */
    public static Rule json(long limit) {
      return new Rule(Set.of(JSON), limit);
    }
  }

  private record Reader(Set<String> mediaTypes, BodyHandler handler) {
    static Reader of(Rule rule) {
      return new Reader(rule.mediaTypes(), BodyHandler.create(false).setBodyLimit(rule.limit()));
    }

    String refusal() {
      return mediaTypes.contains(JSON)
          ? "Send the body as JSON, with the header Content-Type: application/json."
          : "Send the file itself as the body, with its type in the header Content-Type: %s."
              .formatted(mediaTypes.stream().sorted().collect(Collectors.joining(" or ")));
    }
  }

  /**
   * @param rules for paths whose bodies are not the usual ones
   * @param deadline how long a body may take to arrive
   */
  public RequestBodies(Map<String, Rule> rules, Duration deadline) {
    this.readers =
        rules.entrySet().stream()
            .collect(
                Collectors.toUnmodifiableMap(
                    Map.Entry::getKey, entry -> Reader.of(entry.getValue())));
    this.deadline = deadline;
  }

  @Override
  public void handle(RoutingContext context) {
    HttpServerRequest request = context.request();
    Reader reader = readers.getOrDefault(context.normalizedPath(), usual);
    if (!hasBody(request)) {
      context.next();
    } else if (!reader.mediaTypes().contains(mediaType(request))) {
      context.fail(new ProblemException(Problem.of(415, reader.refusal())));
    } else {
      // Whatever its letters and parameters: those who read the body ask for the plain name.
      request.headers().set(HttpHeaders.CONTENT_TYPE, mediaType(request));
      watch(context);
      reader.handler().handle(context);
    }
  }

  private static boolean hasBody(HttpServerRequest request) {
    String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
    return request.headers().contains(HttpHeaders.TRANSFER_ENCODING)
        || (length != null && !length.equals("0"));
  }

  private static String mediaType(HttpServerRequest request) {
    String type = request.getHeader(HttpHeaders.CONTENT_TYPE);
    return type == null ? "" : type.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
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
