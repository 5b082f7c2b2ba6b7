package dev.atelier.server.http;

import dev.atelier.models.pipeline.InputPicture;
import dev.atelier.server.imaging.PictureEncoder;
import dev.atelier.server.intake.StartDefaults;
import dev.atelier.server.json.RequestJson;
import dev.atelier.server.plugins.LiveAnnotator;
import dev.atelier.server.plugins.PluginFault;
import dev.atelier.server.problem.Problem;
import dev.atelier.server.problem.ProblemException;
import dev.atelier.server.studio.Studio;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.openapi.router.RouterBuilder;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;

/** {@code /api/v1/annotators}: control maps from pictures, by plugins. */
final class AnnotatorsApi {
  private final Vertx vertx;
  private final Studio studio;

  AnnotatorsApi(Vertx vertx, Studio studio) {
    this.vertx = vertx;
    this.studio = studio;
  }

  void bind(RouterBuilder routes) {
    ApiCall.bind(routes, "listAnnotators", call -> Future.succeededFuture(list()));
    routes.getRoute("annotate").addHandler(this::annotate);
  }

  private JsonObject list() {
    return new JsonObject()
        .put(
            "annotators",
            new JsonArray(
                studio.plugins().annotators().list().stream()
                    .map(AnnotatorsApi::annotator)
                    .toList()));
  }

  private static JsonObject annotator(LiveAnnotator annotator) {
    return new JsonObject()
        .put("id", annotator.id())
        .put("title", annotator.title())
        .put("schema", annotator.schema().json());
  }

  private void annotate(RoutingContext context) {
    ApiCall call = ApiCall.of(context);
    Map<String, Object> values =
        RequestJson.plain(call.body().getJsonObject("parameters", new JsonObject()));
    String id = call.body().getJsonObject("picture").getString("id");
    StartDefaults.named(id, "picture", studio.inputs())
        // Not in turn: a slow annotator must not hold up another.
        .compose(picture -> vertx.executeBlocking(() -> map(call.textId(), picture, values), false))
        .compose(map -> ApiCall.found(map, "There is no annotator of this id."))
        .onSuccess(png -> send(context, png))
        .onFailure(
            fault ->
                context.fail(
                    fault instanceof PluginFault
                        ? new ProblemException(Problem.of(500, fault.getMessage()))
                        : fault));
  }

  private Optional<Buffer> map(String id, InputPicture picture, Map<String, Object> values)
      throws IOException {
    var map = studio.plugins().annotators().annotate(id, studio.inputs().read(picture), values);
    return map.isPresent()
        ? Optional.of(Buffer.buffer(PictureEncoder.PNG.encode(map.get())))
        : Optional.empty();
  }

  private static void send(RoutingContext context, Buffer png) {
    context
        .response()
        .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
        .putHeader(HttpHeaders.CONTENT_TYPE, "image/png")
        .putHeader(HttpHeaders.CONTENT_ENCODING, HttpHeaders.IDENTITY)
        .end(png);
  }
}
