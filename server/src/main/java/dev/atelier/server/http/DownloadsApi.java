package dev.atelier.server.http;

import dev.atelier.server.downloads.Download;
import dev.atelier.server.downloads.DownloadJson;
import dev.atelier.server.downloads.Downloads;
import dev.atelier.server.hub.DownloadPlan;
import dev.atelier.server.hub.Offer;
import dev.atelier.server.problem.Problem;
import dev.atelier.server.problem.ProblemException;
import dev.atelier.server.status.SystemStatus;
import dev.atelier.server.studio.Studio;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.openapi.router.RouterBuilder;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** {@code /api/v1/models/downloads}: getting models. */
final class DownloadsApi {
  private static final String NO_SUCH_DOWNLOAD = "There is no download of this id.";

  /** Plans that somebody may still agree to. */
  private static final int KEPT_PLANS = 100;

  private final Studio studio;
  private final Downloads downloads;

  /** What was shown, so that what is agreed to is what was read. */
  private final Map<UUID, DownloadPlan> shown =
      Collections.synchronizedMap(
          new LinkedHashMap<>() {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<UUID, DownloadPlan> eldest) {
              return size() > KEPT_PLANS;
            }
          });

  DownloadsApi(Studio studio) {
    this.studio = studio;
    this.downloads = studio.downloads();
  }

  void bind(RouterBuilder routes) {
    ApiCall.bind(routes, "lookAtDownload", this::look);
    ApiCall.bind(routes, "listDownloads", call -> list());
    routes
        .getRoute("startDownload")
        .addHandler(
            context -> {
              ApiCall call = ApiCall.of(context);
              start(call)
                  .onSuccess(download -> call.json(202, DownloadJson.download(download)))
                  .onFailure(context::fail);
            });
    ApiCall.bind(routes, "getDownload", call -> answer(downloads.find(call.id())));
    ApiCall.bind(routes, "pauseDownload", call -> answer(downloads.pause(call.id())));
    ApiCall.bind(routes, "resumeDownload", call -> answer(downloads.resume(call.id())));
    ApiCall.bind(routes, "removeDownload", call -> answer(downloads.remove(call.id())));
  }

  private Future<JsonObject> look(ApiCall call) {
    Optional<Boolean> half = Optional.ofNullable(call.body().getBoolean("fp16"));
    return studio
        .system()
        .get()
        .compose(
            system -> downloads.look(call.body().getString("address"), half.orElse(onGpu(system))))
        .map(this::show);
  }

  /** A GPU computes with 16 bits, a CPU with 32. */
  private static boolean onGpu(SystemStatus system) {
    return !system.device().isEmpty() && !system.device().startsWith("cpu");
  }

  private JsonObject show(Offer offer) {
    JsonObject json = DownloadJson.offer(offer);
    offer
        .plan()
        .ifPresent(
            plan -> {
              UUID id = UUID.randomUUID();
              shown.put(id, plan);
              json.getJsonObject("plan").put("id", id.toString());
            });
    return json.put("folder", downloads.folder().root().toString());
  }

  private Future<Download> start(ApiCall call) {
    DownloadPlan plan = shown.get(UUID.fromString(call.body().getString("plan")));
    return plan == null
        ? Future.failedFuture(
            new ProblemException(
                Problem.of(404, "plan", "This plan is too old; look at the address again.")))
        : downloads.start(plan);
  }

  private Future<JsonObject> list() {
    return downloads
        .list()
        .map(
            found ->
                new JsonObject()
                    .put("folder", downloads.folder().root().toString())
                    .put(
                        "downloads",
                        new JsonArray(found.stream().map(DownloadJson::download).toList())));
  }

  private static Future<JsonObject> answer(Future<Optional<Download>> found) {
    return found
        .compose(download -> ApiCall.found(download, NO_SUCH_DOWNLOAD))
        .map(DownloadJson::download);
  }
}
