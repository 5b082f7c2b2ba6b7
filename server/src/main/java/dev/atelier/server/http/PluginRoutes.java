package dev.atelier.server.http;

import dev.atelier.plugins.api.Answer;
import dev.atelier.plugins.api.Call;
import dev.atelier.server.plugins.PluginFault;
import dev.atelier.server.plugins.PluginHost;
import dev.atelier.server.problem.Problem;
import dev.atelier.server.problem.ProblemException;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * {@code /plugins/ID/…}: the files of panels, and what plugins answer themselves. One route for all
 * of them, which asks the host each time: nothing is left in the router when a plugin goes.
 */
final class PluginRoutes {
  /** What a browser may show in the studio's own name; anything else is a file to save. */
  private static final Set<String> SHOWN =
      Set.of("application/json", "image/jpeg", "image/png", "image/webp", "text/plain");

  private final Vertx vertx;
  private final PluginHost plugins;

  PluginRoutes(Vertx vertx, PluginHost plugins) {
    this.vertx = vertx;
    this.plugins = plugins;
  }

  void bind(Router router) {
    router.route("/plugins/:plugin/*").handler(this::handle);
  }

  private void handle(RoutingContext context) {
    String path = context.normalizedPath();
    HttpMethod method = context.request().method();
    boolean reads = method.equals(HttpMethod.GET) || method.equals(HttpMethod.HEAD);
    var file = reads ? plugins.file(path) : null;
    if (file != null && file.isPresent()) {
      // Its address has the plugin's start in it: another start is another address.
      LastingFile.begin(context)
          .putHeader(HttpHeaders.CONTENT_TYPE, file.get().mediaType())
          .end(Buffer.buffer(file.get().content()));
      return;
    }
    String id = context.pathParam("plugin");
    Call call = call(context, path.substring("/plugins/".length() + id.length()));
    vertx
        // Not in turn: a slow plugin must not hold up another.
        .executeBlocking(() -> plugins.answer(id, call), false)
        .onSuccess(
            answer ->
                answer.ifPresentOrElse(found -> send(context, found), () -> context.fail(404)))
        .onFailure(
            e ->
                context.fail(
                    e instanceof PluginFault
                        ? new ProblemException(Problem.of(500, e.getMessage()))
                        : e));
  }

  private static Call call(RoutingContext context, String path) {
    Map<String, String> query = new HashMap<>();
    context.queryParams().forEach((name, value) -> query.putIfAbsent(name, value));
    Buffer body = context.body() == null ? null : context.body().buffer();
    return new Call(
        context.request().method().name(),
        path,
        query,
        body == null ? "" : body.toString(StandardCharsets.UTF_8));
  }

  private static void send(RoutingContext context, Answer answer) {
    if (answer.status() >= 400) {
      String sentence = new String(answer.body(), StandardCharsets.UTF_8);
      context.fail(new ProblemException(Problem.of(answer.status(), sentence)));
      return;
    }
    HttpServerResponse response =
        context
            .response()
            .setStatusCode(answer.status())
            .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
            .putHeader("Content-Security-Policy", "default-src 'none'; sandbox");
    if (SHOWN.contains(answer.mediaType())) {
      response.putHeader(HttpHeaders.CONTENT_TYPE, answer.mediaType());
    } else {
      response
          .putHeader(HttpHeaders.CONTENT_TYPE, "application/octet-stream")
          .putHeader(HttpHeaders.CONTENT_DISPOSITION, "attachment");
    }
    response.end(Buffer.buffer(answer.body()));
  }
}
