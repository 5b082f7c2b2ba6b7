package dev.atelier.server.http;

import dev.atelier.models.catalog.ModelFolder;
import dev.atelier.server.folders.ListedFolder;
import dev.atelier.server.problem.Problem;
import dev.atelier.server.problem.ProblemException;
import dev.atelier.server.studio.ModelLibrary;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.openapi.router.RouterBuilder;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;

/** {@code /api/v1/models/folders}: where models are looked for. */
final class ModelFoldersApi {
  private final ModelLibrary models;
  private final boolean changeable;

  /**
   * @param changeable whether clients may add and remove folders: each lets them have the studio
   *     look into one of its machine
   */
  ModelFoldersApi(ModelLibrary models, boolean changeable) {
    this.models = models;
    this.changeable = changeable;
  }

  void bind(RouterBuilder routes) {
    ApiCall.bind(routes, "listModelFolders", call -> Future.succeededFuture(list()));
    routes
        .getRoute("addModelFolder")
        .addHandler(
            context -> {
              ApiCall call = ApiCall.of(context);
              add(call).onSuccess(now -> call.json(201, now)).onFailure(context::fail);
            });
    ApiCall.bind(routes, "removeModelFolder", this::remove);
  }

  private Future<JsonObject> add(ApiCall call) {
    return allowed()
        .compose(yes -> models.addFolder(call.body().getString("path")))
        .map(found -> list());
  }

  private Future<JsonObject> remove(ApiCall call) {
    return allowed()
        .compose(yes -> models.removeFolder(call.id()))
        .compose(
            gone ->
                ApiCall.found(
                    gone ? Optional.of(list()) : Optional.empty(),
                    "There is no folder of this id that was added here; look at the list again."));
  }

  private Future<Void> allowed() {
    return changeable
        ? Future.succeededFuture()
        : Future.failedFuture(
            new ProblemException(
                Problem.of(
                    403,
                    "This studio is reached from other machines, so that its model folders are not changed over HTTP; name them with --models, or start it with --folders-over-http.")));
  }

  private JsonObject list() {
    Map<Path, ModelFolder> scanned =
        models.catalog().folders().stream()
            .collect(Collectors.toMap(ModelFolder::path, Function.identity()));
    return new JsonObject()
        .put("changeable", changeable)
        .put(
            "folders",
            new JsonArray(
                models.folders().stream()
                    .filter(folder -> scanned.containsKey(folder.path()))
                    .map(folder -> folder(folder, scanned.get(folder.path())))
                    .toList()));
  }

  private static JsonObject folder(ListedFolder listed, ModelFolder scanned) {
    return new JsonObject()
        .put("id", listed.id().map(UUID::toString).orElse(null))
        .put("path", listed.path().toString())
        .put("origin", listed.origin().key())
        .put(
            "layout",
            scanned.layout().map(layout -> layout.name().toLowerCase(Locale.ROOT)).orElse(null))
        .put("models", scanned.models())
        .put("problem", scanned.problem().orElse(null));
  }
}
