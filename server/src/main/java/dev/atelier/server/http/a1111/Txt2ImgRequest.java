package dev.atelier.server.http.a1111;

import dev.atelier.models.catalog.ModelCatalog;
import dev.atelier.models.catalog.ModelEntry;
import dev.atelier.models.pipeline.ImageRequest;
import dev.atelier.models.pipeline.InvalidRequestException;
import dev.atelier.models.pipeline.VaeChoice;
import dev.atelier.models.sampling.BatchNoise;
import dev.atelier.models.sampling.Sampler;
import dev.atelier.models.sampling.SamplerName;
import dev.atelier.models.sampling.ScheduleType;
import dev.atelier.server.intake.RequestDefaults;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** The body of {@code POST /sdapi/v1/txt2img}. */
record Txt2ImgRequest(LenientFields fields) {
  private static final long MOST_PICTURES = 16;

  /** What AUTOMATIC1111 can do and this studio cannot, by the field that asks for it. */
  private static final Map<String, String> UNSUPPORTED =
      Map.ofEntries(
          Map.entry("enable_hr", "Hires fix is"),
          Map.entry("restore_faces", "Face restoration is"),
          Map.entry("tiling", "Tiling is"),
          Map.entry("styles", "Prompt styles are"),
          Map.entry("subseed_strength", "Seed variation is"),
          Map.entry("seed_resize_from_w", "Seed resizing is"),
          Map.entry("seed_resize_from_h", "Seed resizing is"),
          Map.entry("s_churn", "Sampler churn is"),
          Map.entry("refiner_checkpoint", "The refiner is"),
          Map.entry("firstpass_image", "A first-pass image is"),
          Map.entry("script_name", "Scripts are"),
          Map.entry("alwayson_scripts", "Always-on scripts are"));

  /** Refuses what would silently make another picture than the one asked for. */
  void check() {
    UNSUPPORTED.forEach(
        (field, feature) -> {
          if (fields.asks(field)) {
            throw LenientFields.unprocessable(
                "%s not supported here; leave %s out.".formatted(feature, field));
          }
        });
    Options.check(fields.object("override_settings"));
  }

  /** One request for each of the {@code n_iter} batches; their seeds go on where the last ended. */
  List<ImageRequest> batches(Options options, ModelCatalog catalog) {
    check();
    long batches = fields.whole("n_iter").orElse(1L);
    long size = fields.whole("batch_size").orElse(1L);
    if (batches < 1 || size < 1 || batches > MOST_PICTURES || size > MOST_PICTURES / batches) {
      throw LenientFields.unprocessable(
          "n_iter times batch_size must be between 1 and %d pictures.".formatted(MOST_PICTURES));
    }
    LenientFields overrides = fields.object("override_settings");
    ModelEntry model = options.checkpoint(overrides, catalog);
    int clipSkip = options.clipSkip(overrides);
    VaeChoice vae = options.vae(overrides, catalog);
    SamplerName sampler = sampler();
    long seed =
        fields.whole("seed").filter(given -> given != -1).orElseGet(RequestDefaults::randomSeed);
    try {
      return IntStream.range(0, (int) batches)
          .mapToObj(batch -> batch(model, sampler, seed, batch, (int) size, clipSkip, vae))
          .toList();
    } catch (InvalidRequestException e) {
      throw LenientFields.unprocessable(e.getMessage());
    }
  }

  private ImageRequest batch(
      ModelEntry model,
      SamplerName sampler,
      long seed,
      int batch,
      int size,
      int clipSkip,
      VaeChoice vae) {
    // The first seed is the client's and is checked; the others wrap, as in a batch.
    long start = batch == 0 ? seed : (seed + (long) batch * size) & ImageRequest.MAX_SEED;
    return ImageRequest.builder(model.id())
        .setPrompt(fields.text("prompt").orElse(""))
        .optNegativePrompt(fields.text("negative_prompt").orElse(""))
        .optSize(
            clamped("width", RequestDefaults.size(model)),
            clamped("height", RequestDefaults.size(model)))
        .optSteps(clamped("steps", 50))
        .optGuidanceScale(fields.number("cfg_scale").map(Number::doubleValue).orElse(7.0))
        .optSampler(sampler.sampler())
        .optScheduleType(sampler.scheduleType().orElse(ScheduleType.AUTOMATIC))
        .optSeed(start)
        .optBatch(size, BatchNoise.SEED_PLUS_INDEX)
        .optClipSkip(clipSkip)
        .optVae(vae)
        .build();
  }

  /** Far out of range is out of range: the request's own check says what is allowed. */
  private int clamped(String field, int otherwise) {
    return fields
        .whole(field)
        .map(value -> (int) Math.max(Integer.MIN_VALUE, Math.min(Integer.MAX_VALUE, value)))
        .orElse(otherwise);
  }

  private SamplerName sampler() {
    String name =
        fields
            .text("sampler_name")
            .or(() -> fields.text("sampler_index"))
            .filter(given -> !given.isBlank())
            .orElse(Sampler.EULER.label());
    return SamplerNames.find(name, fields.text("scheduler"));
  }

  boolean sendImages() {
    return !fields.text("send_images").map(value -> value.equalsIgnoreCase("false")).orElse(false);
  }

  /**
   * The request as AUTOMATIC1111 echoes it: the fields it knows, with its defaults.
   *
   * @param defaults its fields and their defaults
   */
  JsonObject echo(JsonObject defaults) {
    JsonObject echo = defaults.copy();
    for (String field : defaults.fieldNames()) {
      if (fields.json().containsKey(field)) {
        echo.put(field, fields.json().getValue(field));
      }
    }
    return echo;
  }
}
