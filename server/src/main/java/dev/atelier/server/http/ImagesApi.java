package dev.atelier.server.http;

import dev.atelier.server.gallery.GalleryImage;
import dev.atelier.server.intake.JobIntake;
import dev.atelier.server.intake.RequestDefaults;
import dev.atelier.server.intake.StartDefaults;
import dev.atelier.server.json.StudioJson;
import dev.atelier.server.problem.Problem;
import dev.atelier.server.problem.ProblemException;
import dev.atelier.server.studio.Studio;
import io.vertx.core.Future;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.openapi.router.RouterBuilder;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;

/** {@code /api/v1/images}: making pictures, and the gallery. */
final class ImagesApi {
  private static final String NO_SUCH_IMAGE = "There is no picture of this id in the gallery.";
  private final Studio studio;
  private final JobIntake intake;

  ImagesApi(Studio studio, JobIntake intake) {
    this.studio = studio;
    this.intake = intake;
  }

  void bind(RouterBuilder routes) {
    routes.getRoute("createImages").addHandler(this::create);
    ApiCall.bind(routes, "listImages", this::list);
    ApiCall.bind(routes, "getImage", call -> find(call).map(StudioJson::image));
    routes.getRoute("deleteImage").addHandler(this::delete);
    routes
        .getRoute("getImageFile")
        .addHandler(context -> send(context, "image/png", studio.gallery()::file));
    routes
        .getRoute("getImageThumbnail")
        .addHandler(context -> send(context, "image/jpeg", studio.gallery()::thumbnail));
  }

  private void create(RoutingContext context) {
    ApiCall call = ApiCall.of(context);
    StartDefaults.complete(call.body(), studio.inputs())
        .map(fields -> RequestDefaults.complete(fields, studio.models().catalog()))
        .compose(request -> intake.submit(List.of(request)))
        .map(jobs -> jobs.get(0))
        .onSuccess(
            job -> {
              context.response().putHeader(HttpHeaders.LOCATION, "/api/v1/jobs/" + job.id());
              call.json(202, StudioJson.job(job, List.of()));
            })
        .onFailure(context::fail);
  }

  private Future<JsonObject> list(ApiCall call) {
    int limit = call.query("limit", 50);
    // One more than asked for tells whether there is a next page.
    return studio
        .gallery()
        .list(limit + 1, call.queryId("before"))
        .map(
            found -> {
              List<GalleryImage> page = found.subList(0, Math.min(limit, found.size()));
              String next = found.size() > limit ? page.get(limit - 1).id().toString() : null;
              return new JsonObject()
                  .put("images", new JsonArray(page.stream().map(StudioJson::image).toList()))
                  .put("next", next);
            });
  }

  private Future<GalleryImage> find(ApiCall call) {
    return studio.gallery().find(call.id()).compose(image -> ApiCall.found(image, NO_SUCH_IMAGE));
  }

  private void delete(RoutingContext context) {
    studio
        .gallery()
        .delete(ApiCall.of(context).id())
        .onSuccess(
            deleted -> {
              if (deleted) {
                context.response().setStatusCode(204).end();
              } else {
                context.fail(new ProblemException(Problem.of(404, NO_SUCH_IMAGE)));
              }
            })
        .onFailure(context::fail);
  }

  private void send(RoutingContext context, String mediaType, Function<GalleryImage, Path> file) {
    ApiCall call = ApiCall.of(context);
    find(call)
        .onSuccess(image -> send(call, image, mediaType, file.apply(image)))
        .onFailure(context::fail);
  }

  private static void send(ApiCall call, GalleryImage image, String mediaType, Path file) {
    RoutingContext context = call.context();
    // A picture never changes under its id.
    String etag = "\"" + image.id() + "\"";
    LastingFile.begin(context).putHeader(HttpHeaders.ETAG, etag);
    if (etag.equals(context.request().getHeader(HttpHeaders.IF_NONE_MATCH))) {
      context.response().setStatusCode(304).end();
      return;
    }
    if (call.query("download")) {
      String name = "atelier-%d-%s.png".formatted(image.seed(), image.id());
      context
          .response()
          .putHeader(HttpHeaders.CONTENT_DISPOSITION, "attachment; filename=\"" + name + "\"");
    }
    LastingFile.sendPicture(
        context, mediaType, file, "The picture's file is no longer on the disk.");
  }
}
