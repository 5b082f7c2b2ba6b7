package dev.atelier.server.http;

import dev.atelier.server.json.StudioJson;
import dev.atelier.server.problem.Problem;
import dev.atelier.server.problem.ProblemException;
import dev.atelier.server.status.SystemControl;
import dev.atelier.server.status.SystemStatus;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.openapi.router.RouterBuilder;
import java.util.OptionalLong;

/** {@code /api/v1/memory}: freeing what models take; what they take, the system's state says. */
final class MemoryApi {
  private final SystemControl system;

  MemoryApi(SystemControl system) {
    this.system = system;
  }

  void bind(RouterBuilder routes) {
    ApiCall.bind(routes, "freeMemory", this::freeAll);
    routes.getRoute("freeModel").addHandler(this::freeOne);
  }

  private Future<JsonObject> freeAll(ApiCall call) {
    return system.free(OptionalLong.empty()).compose(freed -> system.get()).map(StudioJson::system);
  }

  private void freeOne(RoutingContext context) {
    long id = ApiCall.of(context).wholeId();
    system
        .free(OptionalLong.of(id))
        .compose(
            freed -> freed ? Future.succeededFuture() : system.get().compose(now -> why(id, now)))
        .onSuccess(freed -> context.response().setStatusCode(204).end())
        .onFailure(context::fail);
  }

  private static Future<Void> why(long id, SystemStatus now) {
    boolean there =
        now.devices().stream()
            .flatMap(device -> device.models().stream())
            .anyMatch(model -> model.id() == id);
    return Future.failedFuture(
        new ProblemException(
            there
                ? Problem.of(409, "This model is in use; free it when its picture is done.")
                : Problem.of(404, "There is nothing of this id in memory; look again.")));
  }
}
