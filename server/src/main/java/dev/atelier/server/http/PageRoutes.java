package dev.atelier.server.http;

import dev.atelier.server.http.Assets.Asset;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.templ.handlebars.HandlebarsTemplateEngine;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;

/**
 * The page's {@linkplain Place places} and its files: {@code /static/*} and {@code
 * /webjars/NAME/FILE}, where the version of a webjar is the one on the class path.
 */
final class PageRoutes {
  private final Vertx vertx;
  private final Assets assets = new Assets();
  private final ModuleGraph modules = new ModuleGraph(assets);
  private final StyleSheets styleSheets = new StyleSheets(assets);
  private final HandlebarsTemplateEngine templates;
  private final String version;

  /** Files asked for with {@code ?v=} this may be kept: the next start has another. */
  private final String run = Long.toHexString(ThreadLocalRandom.current().nextLong());

  PageRoutes(Vertx vertx, String version) {
    this.vertx = vertx;
    this.templates = HandlebarsTemplateEngine.create(vertx);
    templates.unwrap().setCharset(StandardCharsets.UTF_8);
    this.version = version;
  }

  void bind(Router router) {
    for (Place place : Place.values()) {
      router
          .route(place.path())
          .method(HttpMethod.GET)
          .method(HttpMethod.HEAD)
          .handler(context -> page(context, place));
    }
    files(router, Assets.OWN, styleSheets::own);
    files(router, Assets.WEBJARS, assets::webjar);
  }

  private void page(RoutingContext context, Place place) {
    vertx
        // Compiling the templates reads files.
        .executeBlocking(
            () ->
                templates.render(
                    place.context(version, run, modules.of(place.script())), place.template()))
        .compose(rendered -> rendered)
        .onSuccess(
            html ->
                context
                    .response()
                    .putHeader(HttpHeaders.CONTENT_TYPE, "text/html; charset=utf-8")
                    .putHeader(HttpHeaders.CACHE_CONTROL, "no-cache")
                    .end(html))
        .onFailure(context::fail);
  }

  private void files(Router router, String prefix, Function<String, Optional<Asset>> files) {
    router
        .route(prefix + "*")
        .method(HttpMethod.GET)
        .method(HttpMethod.HEAD)
        .handler(
            context -> {
              String name = context.normalizedPath().substring(prefix.length());
              vertx
                  // Not in turn: a page asks for all its files at once.
                  .executeBlocking(() -> files.apply(name), false)
                  .onSuccess(
                      asset ->
                          asset.ifPresentOrElse(
                              found -> send(context, found), () -> context.fail(404)))
                  .onFailure(context::fail);
            });
  }

  private void send(RoutingContext context, Asset asset) {
    boolean lasting = asset.packed() && run.equals(context.request().getParam("v"));
    context
        .response()
        .putHeader(HttpHeaders.ETAG, asset.etag())
        .putHeader(HttpHeaders.CACHE_CONTROL, lasting ? "max-age=31536000, immutable" : "no-cache");
    String known = context.request().getHeader(HttpHeaders.IF_NONE_MATCH);
    if (known != null && known.contains(asset.etag())) {
      context.response().setStatusCode(304).end();
    } else {
      context
          .response()
          .putHeader(HttpHeaders.CONTENT_TYPE, asset.mediaType())
          .end(asset.content());
    }
  }
}
