package dev.atelier.server.json;

import dev.atelier.models.catalog.ModelCatalog;
import dev.atelier.models.catalog.ModelEntry;
import dev.atelier.models.catalog.ModelFolder;
import dev.atelier.models.sampling.Sampler;
import dev.atelier.models.sampling.ScheduleType;
import dev.atelier.server.gallery.GalleryImage;
import dev.atelier.server.jobs.Job;
import dev.atelier.server.status.QueueStatus;
import dev.atelier.server.status.SystemStatus;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/** What the studio tells its clients, as JSON. The shapes are those of the OpenAPI document. */
public final class StudioJson {
  private StudioJson() {}

  /**
   * A job.
   *
   * @param images the gallery's rows of {@link Job#images}, those that still exist
   */
  public static JsonObject job(Job job, List<GalleryImage> images) {
    return new JsonObject()
        .put("id", job.id().toString())
        .put("state", job.state().key())
        .put("request", RequestJson.write(job.request()))
        .put("created_at", time(job.createdAt()))
        .put("started_at", job.startedAt().map(StudioJson::time).orElse(null))
        .put("finished_at", job.finishedAt().map(StudioJson::time).orElse(null))
        .put("progress", job.progress().map(StudioJson::progress).orElse(null))
        .put("error", job.error().orElse(null))
        .put("images", array(images, StudioJson::image));
  }

  /** How far a running job is. */
  public static JsonObject progress(Job.Progress progress) {
    return new JsonObject()
        .put("step", progress.step())
        .put("steps", progress.steps())
        .put("phase", progress.phase())
        .put("elapsed_seconds", progress.elapsedSeconds())
        .put("eta_seconds", progress.etaSeconds().orElse(null));
  }

  /** A picture of the gallery and where to fetch it. */
  public static JsonObject image(GalleryImage image) {
    return new JsonObject()
        .put("id", image.id().toString())
        .put("job_id", image.jobId().toString())
        .put("index", image.index())
        .put("request", RequestJson.write(image.request()))
        .put("seed", image.seed())
        .put("width", image.request().resultSize().width())
        .put("height", image.request().resultSize().height())
        .put("parameters", image.parameters())
        .put("bytes", image.bytes())
        .put("created_at", time(image.createdAt()))
        .put("url", "/api/v1/images/" + image.id() + "/file")
        .put("thumbnail_url", "/api/v1/images/" + image.id() + "/thumbnail");
  }

  /**
   * The models and the folders they were looked for in.
   *
   * @param sha256 the hash of a model where it is known
   */
  public static JsonObject models(
      ModelCatalog catalog, Function<ModelEntry, Optional<String>> sha256) {
    return new JsonObject()
        .put("models", array(catalog.entries(), model -> model(model, sha256.apply(model))))
        .put("folders", array(catalog.folders(), StudioJson::folder));
  }

  private static JsonObject model(ModelEntry model, Optional<String> sha256) {
    return new JsonObject()
        .put("id", model.id())
        .put("name", model.name())
        .put("kind", model.kind().name().toLowerCase(Locale.ROOT))
        .put("path", model.path().toString())
        .put("bytes", model.bytes())
        .put("default_size", model.defaultSize())
        .put("sha256", sha256.orElse(null))
        .put("inpainting", model.inpainting())
        .put("notes", new JsonArray(model.notes()))
        .put("usable", model.usable())
        .put("problem", model.problem().orElse(null));
  }

  private static JsonObject folder(ModelFolder folder) {
    return new JsonObject()
        .put("path", folder.path().toString())
        .put("problem", folder.problem().orElse(null));
  }

  /** The samplers that a request may name, with the schedule types that each can have. */
  public static JsonObject samplers() {
    return new JsonObject()
        .put("samplers", array(Arrays.asList(Sampler.values()), StudioJson::sampler));
  }

  private static JsonObject sampler(Sampler sampler) {
    return new JsonObject()
        .put("name", sampler.label())
        .put("kind", sampler.kind().name().toLowerCase(Locale.ROOT))
        .put(
            "schedule_types",
            new JsonArray(sampler.scheduleTypes().stream().map(ScheduleType::label).toList()))
        .put("automatic", sampler.automatic().label());
  }

  /** Devices, their memory and the queue. */
  public static JsonObject system(SystemStatus system) {
    return new JsonObject()
        .put("version", system.version())
        .put("device", system.device())
        .put("devices", array(system.devices(), StudioJson::device))
        .put("queue", queue(system.queue()));
  }

  private static JsonObject device(SystemStatus.DeviceMemory device) {
    return new JsonObject()
        .put("name", device.name())
        .put("budget_bytes", device.budgetBytes())
        .put("used_bytes", device.usedBytes())
        .put("peak_bytes", device.peakBytes())
        .put("models", array(device.models(), StudioJson::loaded));
  }

  private static JsonObject loaded(SystemStatus.LoadedModel model) {
    String key = model.keys().get(0);
    return new JsonObject()
        .put("id", model.id())
        .put("key", key)
        .put("part", key.substring(key.lastIndexOf('/') + 1))
        .put("models", array(model.keys(), StudioJson::modelOf))
        .put("bytes", model.bytes())
        .put("leases", model.leases());
  }

  /** A key is a model's id and a part of it. */
  private static String modelOf(String key) {
    return key.substring(0, Math.max(0, key.lastIndexOf('/')));
  }

  /** How much work there is. */
  public static JsonObject queue(QueueStatus queue) {
    return new JsonObject().put("queued", queue.queued()).put("running", queue.running());
  }

  private static String time(Instant instant) {
    return instant.toString();
  }

  private static <T> JsonArray array(Collection<T> values, Function<T, ?> json) {
    return new JsonArray(values.stream().map(json).toList());
  }
}
