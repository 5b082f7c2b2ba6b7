package dev.atelier.server.http;

import dev.atelier.server.json.StudioJson;
import dev.atelier.server.studio.Studio;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.openapi.router.RouterBuilder;

/** The studio itself: its state, its events, its API's document. */
final class SystemApi {
  private final Studio studio;
  private final Buffer document;

  SystemApi(Studio studio, Buffer document) {
    this.studio = studio;
    this.document = document;
  }

  void bind(RouterBuilder routes) {
    ApiCall.bind(routes, "getSystem", call -> studio.system().get().map(StudioJson::system));
    ApiCall.bind(
        routes, "getHealth", call -> Future.succeededFuture(new JsonObject().put("status", "UP")));
    routes
        .getRoute("getOpenapi")
        .addHandler(
            context ->
                context
                    .response()
                    .putHeader(HttpHeaders.CONTENT_TYPE, "application/yaml")
                    .putHeader(HttpHeaders.CACHE_CONTROL, "no-cache")
                    .end(document));
    // The upgrade must come before anything asynchronous, and there is nothing to validate.
    routes.getRoute("openEvents").setDoValidation(false).addHandler(studio.events());
  }
}
