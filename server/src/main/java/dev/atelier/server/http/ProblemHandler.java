package dev.atelier.server.http;

import dev.atelier.models.pipeline.InvalidRequestException;
import dev.atelier.server.problem.Problem;
import dev.atelier.server.problem.ProblemException;
import dev.atelier.server.security.SecurityHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.HttpException;
import io.vertx.openapi.contract.OpenAPIContract;
import io.vertx.openapi.validation.ValidatorException;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers every request that went wrong, in the one shape that its API's clients expect. */
final class ProblemHandler implements Handler<RoutingContext> {
  private static final Logger log = LoggerFactory.getLogger(ProblemHandler.class);
  private static final List<CharSequence> MEANT_FOR_SUCCESS =
      List.of(
          HttpHeaders.CONTENT_DISPOSITION,
          HttpHeaders.CONTENT_ENCODING,
          HttpHeaders.ETAG,
          HttpHeaders.LOCATION);

  private final Router router;
  private final OpenAPIContract contract;

  private ProblemHandler(Router router, OpenAPIContract contract) {
    this.router = router;
    this.contract = contract;
  }

  /** Takes over every failure of the router: those of its handlers, and requests without one. */
  static void install(Router router, OpenAPIContract contract) {
    ProblemHandler handler = new ProblemHandler(router, contract);
    router.route().failureHandler(handler);
    for (int status = 400; status < 600; status++) {
      router.errorHandler(status, handler);
    }
  }

  @Override
  public void handle(RoutingContext context) {
    if (context.response().headWritten()) {
      // Too late to say anything: a broken answer must not look like a whole one.
      context.request().connection().close();
      return;
    }
    // The router itself refuses some requests, such as those with a malformed Host, before it calls
    // the handlers at the door.
    SecurityHeaders.addTo(context);
    Problem problem = problem(context);
    context.response().setStatusCode(problem.status());
    MEANT_FOR_SUCCESS.forEach(context.response().headers()::remove);
    if (problem.status() == 401) {
      context.response().putHeader("WWW-Authenticate", "Bearer realm=\"plugins\"");
    }
    problem
        .retryAfter()
        .ifPresent(seconds -> context.response().putHeader("Retry-After", Long.toString(seconds)));
    if (problem.status() == 405) {
      context.response().putHeader(HttpHeaders.ALLOW, allowed(path(context)));
    }
    boolean a1111 = path(context).startsWith("/sdapi/");
    JsonObject body = a1111 ? new JsonObject().put("detail", problem.detail()) : problem.toJson();
    context
        .response()
        .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
        .putHeader(HttpHeaders.CONTENT_TYPE, a1111 ? "application/json" : Problem.MEDIA_TYPE);
    if (context.request().method().equals(HttpMethod.HEAD)) {
      context.response().end();
    } else {
      context.response().end(body.toBuffer());
    }
  }

  /** The path as the router takes it, or as it came when it cannot be taken at all. */
  private static String path(RoutingContext context) {
    try {
      return context.normalizedPath();
    } catch (IllegalArgumentException e) {
      return context.request().uri();
    }
  }

  private Problem problem(RoutingContext context) {
    Throwable failure = context.failure();
    if (failure instanceof ProblemException refused) {
      return refused.problem();
    }
    if (failure instanceof InvalidRequestException invalid) {
      return Problem.of(400, invalid.field(), invalid.getMessage());
    }
    // What cannot be decoded at all comes as it is, what is not valid comes wrapped.
    Throwable reason = failure instanceof HttpException ? failure.getCause() : failure;
    if (reason instanceof ValidatorException invalid) {
      return ValidationProblem.of(
          context, contract.findOperation(path(context), context.request().method()), invalid);
    }
    int status = context.statusCode();
    if (failure != null && status >= 500) {
      log.error("{} {}", context.request().method(), path(context), failure);
    }
    return Problem.of(status, sentence(status));
  }

  private static String sentence(int status) {
    return switch (status) {
      case 404 -> "There is nothing at this address.";
      case 405 -> "This address cannot be used with this method.";
      case 413 -> "The body is too large; send less at once.";
      case 415 -> "Send the body as JSON, with the header Content-Type: application/json.";
      case 417 -> "The only expectation that can be met is 100-continue.";
      default ->
          status < 500
              ? "The request cannot be understood: %s."
                  .formatted(HttpResponseStatus.valueOf(status).reasonPhrase())
              : "Something went wrong inside the studio; its log says what. Try again.";
    };
  }

  private String allowed(String path) {
    return router.getRoutes().stream()
        .filter(route -> route.methods() != null && matches(route, path))
        .map(Route::methods)
        .flatMap(Set::stream)
        .map(HttpMethod::name)
        .distinct()
        .sorted()
        .collect(Collectors.joining(", "));
  }

  private static boolean matches(Route route, String path) {
    if (route.getPath() == null) {
      return false;
    }
    return path.matches(
        route.getPath().replaceAll(":\\w+", "[^/]+") + (route.isExactPath() ? "/?" : ".*"));
  }
}
