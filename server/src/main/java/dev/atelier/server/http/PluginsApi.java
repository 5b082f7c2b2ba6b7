package dev.atelier.server.http;

import dev.atelier.server.plugins.LivePanel;
import dev.atelier.server.plugins.PluginHost;
import dev.atelier.server.plugins.PluginStatus;
import dev.atelier.server.plugins.UnusableJarException;
import dev.atelier.server.problem.Problem;
import dev.atelier.server.problem.ProblemException;
import dev.atelier.server.security.RequestBodies;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.openapi.router.RouterBuilder;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;

/** {@code /api/v1/plugins}: what runs, and the switches. */
final class PluginsApi {
  static final String PATH = "/api/v1/plugins";

  /** No form can have this type. */
  static final RequestBodies.Rule BODIES =
      new RequestBodies.Rule(Set.of("application/java-archive"), 64L << 20);

  private final Vertx vertx;
  private final PluginHost plugins;
  private final boolean upload;

  /**
   * @param upload whether clients may install plugins
   */
  PluginsApi(Vertx vertx, PluginHost plugins, boolean upload) {
    this.vertx = vertx;
    this.plugins = plugins;
    this.upload = upload;
  }

  void bind(RouterBuilder routes) {
    routes.getRoute("installPlugin").addHandler(this::install);
    ApiCall.bind(routes, "listPlugins", call -> Future.succeededFuture(list()));
    ApiCall.bind(routes, "enablePlugin", call -> changed(plugins.changes().enable(name(call))));
    ApiCall.bind(
        routes,
        "disablePlugin",
        call -> changed(plugins.changes().disable(name(call), cancel(call))));
    ApiCall.bind(
        routes,
        "reloadPlugin",
        call -> changed(plugins.changes().reload(name(call), cancel(call))));
    ApiCall.bind(
        routes,
        "removePlugin",
        call -> changed(plugins.changes().remove(name(call), cancel(call))));
  }

  private void install(RoutingContext context) {
    Buffer jar = Optional.ofNullable(context.body().buffer()).orElseGet(Buffer::buffer);
    Future.fromCompletionStage(
            plugins.changes().install(jar.getBytes()), vertx.getOrCreateContext())
        .onSuccess(id -> ApiCall.of(context).json(201, list().put("installed", id)))
        .onFailure(fault -> context.fail(problem(fault)));
  }

  private static Throwable problem(Throwable fault) {
    Throwable cause = fault instanceof CompletionException ? fault.getCause() : fault;
    return cause instanceof UnusableJarException
        ? new ProblemException(Problem.of(422, cause.getMessage()))
        : cause;
  }

  private static String name(ApiCall call) {
    return call.request().getPathParameters().get("id").getString();
  }

  private static boolean cancel(ApiCall call) {
    return call.query("cancel");
  }

  private Future<JsonObject> changed(CompletionStage<Boolean> change) {
    return Future.fromCompletionStage(change, vertx.getOrCreateContext())
        .compose(
            there ->
                ApiCall.found(
                    there ? Optional.of(list()) : Optional.empty(),
                    "There is no plugin of this id."));
  }

  private JsonObject list() {
    return new JsonObject()
        .put("plugins", new JsonArray(plugins.plugins().stream().map(PluginsApi::plugin).toList()))
        .put("folder", plugins.folder().toString())
        .put("upload", upload);
  }

  private static JsonObject plugin(PluginStatus plugin) {
    return new JsonObject()
        .put("id", plugin.id())
        .put("version", plugin.version())
        .put("description", plugin.description())
        .put("provider", plugin.provider())
        .put("license", plugin.license())
        .put("requires", plugin.requires())
        .put("dependencies", new JsonArray(plugin.dependencies()))
        .put("file", plugin.file())
        .put("state", plugin.state().key())
        .put("problem", plugin.problem().orElse(null))
        .put("notes", new JsonArray(plugin.notes()))
        .put("pictures", plugin.pictures())
        .put("memory_bytes", plugin.memoryBytes())
        .put("panels", new JsonArray(plugin.panels().stream().map(PluginsApi::panel).toList()));
  }

  private static JsonObject panel(LivePanel panel) {
    return new JsonObject()
        .put("place", panel.place().name().toLowerCase(Locale.ROOT))
        .put("title", panel.title())
        .put("schema", panel.schema().json())
        .put("html", panel.html().orElse(null))
        .put("module", panel.module().orElse(null));
  }
}
