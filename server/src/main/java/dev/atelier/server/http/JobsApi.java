package dev.atelier.server.http;

import dev.atelier.server.gallery.GalleryImage;
import dev.atelier.server.jobs.Job;
import dev.atelier.server.jobs.JobState;
import dev.atelier.server.json.StudioJson;
import dev.atelier.server.studio.Studio;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.openapi.router.RouterBuilder;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;

/** {@code /api/v1/jobs}: the queue. */
final class JobsApi {
  private static final String NO_SUCH_JOB = "There is no job of this id.";
  private final Studio studio;

  JobsApi(Studio studio) {
    this.studio = studio;
  }

  void bind(RouterBuilder routes) {
    ApiCall.bind(routes, "listJobs", this::list);
    ApiCall.bind(routes, "getJob", this::get);
    ApiCall.bind(routes, "cancelJob", this::cancel);
  }

  private Future<JsonObject> list(ApiCall call) {
    return studio
        .jobs()
        .list(states(call.queryList("state")), call.query("limit", 50))
        .compose(this::render)
        .map(jobs -> new JsonObject().put("jobs", jobs));
  }

  private static Set<JobState> states(List<String> keys) {
    return keys.isEmpty()
        ? EnumSet.allOf(JobState.class)
        : Arrays.stream(JobState.values())
            .filter(state -> keys.contains(state.key()))
            .collect(Collectors.toCollection(() -> EnumSet.noneOf(JobState.class)));
  }

  private Future<JsonObject> get(ApiCall call) {
    Duration patience = Duration.ofSeconds(call.query("wait", 0));
    Future<Optional<Job>> job =
        patience.isZero()
            ? studio.jobs().find(call.id())
            : studio.jobs().awaitEnd(call.id(), patience);
    return job.compose(found -> ApiCall.found(found, NO_SUCH_JOB)).compose(this::render);
  }

  private Future<JsonObject> cancel(ApiCall call) {
    return studio
        .jobs()
        .cancel(call.id())
        .compose(found -> ApiCall.found(found, NO_SUCH_JOB))
        .compose(this::render);
  }

  /** The job with the pictures of it that are still in the gallery. */
  private Future<JsonObject> render(Job job) {
    return studio.gallery().findAll(job.images()).map(images -> StudioJson.job(job, images));
  }

  /** One look into the gallery for all of them. */
  private Future<JsonArray> render(List<Job> jobs) {
    List<UUID> ids = jobs.stream().flatMap(job -> job.images().stream()).toList();
    return studio
        .gallery()
        .findAll(ids)
        .map(
            images -> {
              Map<UUID, GalleryImage> byId =
                  images.stream().collect(Collectors.toMap(GalleryImage::id, Function.identity()));
              return new JsonArray(
                  jobs.stream().map(job -> StudioJson.job(job, of(job, byId))).toList());
            });
  }

  private static List<GalleryImage> of(Job job, Map<UUID, GalleryImage> images) {
    return job.images().stream().map(images::get).filter(Objects::nonNull).toList();
  }
}
