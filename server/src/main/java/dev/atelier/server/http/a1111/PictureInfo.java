package dev.atelier.server.http.a1111;

import dev.atelier.models.pipeline.HiresFix;
import dev.atelier.models.pipeline.ImageRequest;
import dev.atelier.models.pipeline.SeedResize;
import dev.atelier.models.pipeline.Start;
import dev.atelier.models.pipeline.Variation;
import dev.atelier.server.gallery.GalleryImage;
import dev.atelier.server.metadata.PngParameters;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The {@code info} of a txt2img or img2img answer (Processed.js in AUTOMATIC1111's processing.py).
 */
final class PictureInfo {
  private static final DateTimeFormatter TIMESTAMP =
      DateTimeFormatter.ofPattern("yyyyMMddHHmmss", Locale.ROOT).withZone(ZoneId.systemDefault());

  private PictureInfo() {}

  /** A time as AUTOMATIC1111 writes a job's. */
  static String timestamp(Instant time) {
    return TIMESTAMP.format(time);
  }

  /**
   * @param first the first batch's request
   * @param images the pictures, in order
   * @param modelHash the model's short hash where it is known
   */
  static JsonObject of(
      ImageRequest first,
      List<GalleryImage> images,
      Optional<String> modelHash,
      Instant queued,
      String version) {
    int count = images.size();
    Optional<Map<String, String>> fields =
        images.stream().findFirst().map(image -> PngParameters.parse(image.parameters()).fields());
    return new JsonObject()
        .put("prompt", first.prompt())
        .put("all_prompts", repeated(first.prompt(), count))
        .put("negative_prompt", first.negativePrompt())
        .put("all_negative_prompts", repeated(first.negativePrompt(), count))
        .put("seed", first.seed())
        .put("all_seeds", new JsonArray(images.stream().map(GalleryImage::seed).toList()))
        .put("subseed", first.variation().map(Variation::seed).orElse(first.seed()))
        .put("all_subseeds", new JsonArray(images.stream().map(PictureInfo::subseed).toList()))
        .put("subseed_strength", first.variation().map(Variation::strength).orElse(0.0))
        .put("width", first.width())
        .put("height", first.height())
        .put("sampler_name", first.sampler().label())
        .put("cfg_scale", first.guidanceScale())
        .put("steps", first.steps())
        .put("batch_size", first.batchSize())
        .put("restore_faces", false)
        .putNull("face_restoration_model")
        .put("sd_model_name", first.model())
        .put("sd_model_hash", modelHash.orElse(null))
        .put("sd_vae_name", fields.map(each -> each.get("VAE")).orElse(null))
        .put("sd_vae_hash", fields.map(each -> each.get("VAE hash")).orElse(null))
        .put("seed_resize_from_w", first.seedResize().map(SeedResize::width).orElse(-1))
        .put("seed_resize_from_h", first.seedResize().map(SeedResize::height).orElse(-1))
        .put("denoising_strength", strength(first).orElse(null))
        .put(
            "extra_generation_params",
            new JsonObject().put("Schedule type", first.scheduleType().label()))
        .put("index_of_first_image", 0)
        .put("infotexts", new JsonArray(images.stream().map(GalleryImage::parameters).toList()))
        .put("styles", new JsonArray())
        .put("job_timestamp", timestamp(queued))
        .put("clip_skip", first.clipSkip())
        .put("is_using_inpainting_conditioning", false)
        .put("version", version);
  }

  private static JsonArray repeated(String text, int count) {
    return new JsonArray(Collections.nCopies(count, text));
  }

  private static long subseed(GalleryImage image) {
    return image.request().variationOf(image.index()).map(Variation::seed).orElse(image.seed());
  }

  private static Optional<Double> strength(ImageRequest request) {
    if (request.start() instanceof Start.Picture picture) {
      return Optional.of(picture.strength());
    }
    return request.start() instanceof Start.Inpaint inpaint
        ? Optional.of(inpaint.picture().strength())
        : request.hiresFix().map(HiresFix::strength);
  }
}
