package dev.atelier.server.http;

import dev.atelier.server.http.a1111.A1111Api;
import dev.atelier.server.intake.JobIntake;
import dev.atelier.server.security.HostPolicy;
import dev.atelier.server.security.IdleConnections;
import dev.atelier.server.security.RequestBodies;
import dev.atelier.server.security.RequestGuard;
import dev.atelier.server.security.SecurityHeaders;
import dev.atelier.server.security.UploadGate;
import dev.atelier.server.studio.Studio;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.openapi.router.RequestExtractor;
import io.vertx.ext.web.openapi.router.RouterBuilder;
import java.util.Map;

/** Every route of the studio, behind its door. */
final class StudioRouter {
  private final Vertx vertx;
  private final Studio studio;
  private final HttpLimits limits;

  StudioRouter(Vertx vertx, Studio studio, HttpLimits limits) {
    this.vertx = vertx;
    this.studio = studio;
    this.limits = limits;
  }

  Future<Router> create(HostPolicy hosts, IdleConnections connections) {
    JobIntake intake = new JobIntake(vertx, studio, limits.queue());
    return Future.all(ApiContract.load(vertx), A1111Api.load(vertx, studio, intake))
        .compose(
            loaded ->
                // Loads a great many classes.
                vertx.executeBlocking(
                    () ->
                        router(
                            hosts, connections, intake, loaded.resultAt(0), loaded.resultAt(1))));
  }

  private Router router(
      HostPolicy hosts,
      IdleConnections connections,
      JobIntake intake,
      ApiContract api,
      A1111Api a1111) {
    RouterBuilder builder =
        RouterBuilder.create(vertx, api.contract(), RequestExtractor.withBodyHandler())
            .rootHandler(connections)
            .rootHandler(new SecurityHeaders())
            .rootHandler(new RequestGuard(hosts))
            .rootHandler(new UploadGate(PluginsApi.PATH, limits.pluginUpload()))
            .rootHandler(
                new RequestBodies(
                    Map.of(
                        A1111Api.PNG_INFO,
                        RequestBodies.Rule.json(A1111Api.PNG_INFO_LIMIT),
                        A1111Api.IMG2IMG,
                        RequestBodies.Rule.json(A1111Api.IMG2IMG_LIMIT),
                        InputsApi.PATH,
                        InputsApi.BODIES,
                        PluginsApi.PATH,
                        PluginsApi.BODIES),
                    limits.bodyDeadline()));
    bindApi(builder, api, intake);
    Router router = builder.createRouter();
    a1111.bind(router);
    new PluginRoutes(vertx, studio.plugins()).bind(router);
    new PageRoutes(vertx, studio.version()).bind(router);
    ProblemHandler.install(router, api.contract());
    return router;
  }

  private void bindApi(RouterBuilder builder, ApiContract api, JobIntake intake) {
    new ImagesApi(studio, intake).bind(builder);
    new InputsApi(studio).bind(builder);
    new JobsApi(studio).bind(builder);
    new ModelsApi(studio).bind(builder);
    new ModelFoldersApi(studio.models(), limits.modelFolders()).bind(builder);
    new PluginsApi(vertx, studio.plugins(), limits.pluginUpload().isPresent()).bind(builder);
    new AnnotatorsApi(vertx, studio).bind(builder);
    new PluginJobsApi(studio.pluginJobs()).bind(builder);
    new DownloadsApi(studio).bind(builder);
    new PromptsApi(vertx, studio).bind(builder);
    new MemoryApi(studio.system()).bind(builder);
    new SystemApi(studio, api.document()).bind(builder);
  }
}
