package dev.atelier.server.http;

import dev.atelier.server.json.RequestJson;
import dev.atelier.server.pluginjobs.PluginJob;
import dev.atelier.server.pluginjobs.PluginJobJson;
import dev.atelier.server.pluginjobs.PluginJobs;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.openapi.router.RouterBuilder;
import java.util.Optional;

/** {@code /api/v1/job-types} and {@code /api/v1/plugin-jobs}: the long work of plugins. */
final class PluginJobsApi {
  private static final String NO_SUCH_JOB = "There is no job of a plugin of this id.";
  private final PluginJobs jobs;

  PluginJobsApi(PluginJobs jobs) {
    this.jobs = jobs;
  }

  void bind(RouterBuilder routes) {
    ApiCall.bind(routes, "listJobTypes", call -> Future.succeededFuture(types()));
    ApiCall.bind(routes, "listPluginJobs", this::list);
    ApiCall.bind(routes, "getPluginJob", call -> answer(jobs.find(call.id())));
    ApiCall.bind(routes, "cancelPluginJob", call -> answer(jobs.cancel(call.id())));
    routes.getRoute("startPluginJob").addHandler(this::start);
    routes.getRoute("deletePluginJob").addHandler(this::delete);
    routes.getRoute("getPluginJobResult").addHandler(this::result);
  }

  private static Future<JsonObject> answer(Future<Optional<PluginJob>> job) {
    return job.compose(found -> ApiCall.found(found, NO_SUCH_JOB)).map(PluginJobJson::job);
  }

  private JsonObject types() {
    return new JsonObject()
        .put("job_types", new JsonArray(jobs.types().stream().map(PluginJobJson::type).toList()));
  }

  private Future<JsonObject> list(ApiCall call) {
    return jobs.list(call.query("limit", 50))
        .map(
            found ->
                new JsonObject()
                    .put(
                        "plugin_jobs",
                        new JsonArray(found.stream().map(PluginJobJson::job).toList())));
  }

  private void start(RoutingContext context) {
    ApiCall call = ApiCall.of(context);
    JsonObject body = call.body();
    jobs.submit(
            body.getString("type"),
            RequestJson.plain(body.getJsonObject("parameters", new JsonObject())))
        .onSuccess(job -> call.json(202, PluginJobJson.job(job)))
        .onFailure(context::fail);
  }

  private void delete(RoutingContext context) {
    ApiCall call = ApiCall.of(context);
    jobs.delete(call.id())
        .map(deleted -> Optional.of(deleted).filter(Boolean::booleanValue))
        .compose(deleted -> ApiCall.found(deleted, NO_SUCH_JOB))
        .onSuccess(deleted -> context.response().setStatusCode(204).end())
        .onFailure(context::fail);
  }

  private void result(RoutingContext context) {
    ApiCall call = ApiCall.of(context);
    String name = call.request().getPathParameters().get("name").getString();
    jobs.result(call.id(), name)
        .compose(file -> ApiCall.found(file, "The job has no result of this name."))
        // Its address has the time of its last change in it.
        .onSuccess(
            file ->
                LastingFile.sendPicture(
                    context, "image/png", file, "The result's file is no longer on the disk."))
        .onFailure(context::fail);
  }
}
