package dev.atelier.server.http;

import dev.atelier.models.catalog.ModelCatalog;
import dev.atelier.server.json.StudioJson;
import dev.atelier.server.studio.Studio;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.openapi.router.RouterBuilder;

/** {@code /api/v1/models} and {@code /api/v1/samplers}: what pictures are made with. */
final class ModelsApi {
  private final Studio studio;

  ModelsApi(Studio studio) {
    this.studio = studio;
  }

  void bind(RouterBuilder routes) {
    ApiCall.bind(
        routes, "listModels", call -> Future.succeededFuture(models(studio.models().catalog())));
    ApiCall.bind(routes, "rescanModels", call -> studio.models().rescan().map(this::models));
    ApiCall.bind(routes, "listSamplers", call -> Future.succeededFuture(StudioJson.samplers()));
  }

  private JsonObject models(ModelCatalog catalog) {
    return StudioJson.models(catalog, studio.models().hashes()::sha256);
  }
}
