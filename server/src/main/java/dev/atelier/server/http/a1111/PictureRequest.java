package dev.atelier.server.http.a1111;

import dev.atelier.models.catalog.ModelCatalog;
import dev.atelier.models.catalog.ModelEntry;
import dev.atelier.models.pipeline.ImageRequest;
import dev.atelier.models.pipeline.InvalidRequestException;
import dev.atelier.models.pipeline.SeedResize;
import dev.atelier.models.pipeline.Start;
import dev.atelier.models.pipeline.VaeChoice;
import dev.atelier.models.pipeline.Variation;
import dev.atelier.models.sampling.BatchNoise;
import dev.atelier.models.sampling.Sampler;
import dev.atelier.models.sampling.SamplerName;
import dev.atelier.models.sampling.ScheduleType;
import dev.atelier.server.intake.RequestDefaults;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/** The body of {@code POST /sdapi/v1/txt2img}, and what {@code img2img} has in common with it. */
record PictureRequest(LenientFields fields) {
  private static final long MOST_PICTURES = 16;

  /** What AUTOMATIC1111 can do and this studio cannot, by the field that asks for it. */
  private static final Map<String, String> UNSUPPORTED =
      Map.ofEntries(
          Map.entry("restore_faces", "Face restoration is"),
          Map.entry("tiling", "Tiling is"),
          Map.entry("styles", "Prompt styles are"),
          Map.entry("s_churn", "Sampler churn is"),
          Map.entry("refiner_checkpoint", "The refiner is"),
          Map.entry("firstpass_image", "A first-pass image is"),
          Map.entry("script_name", "Scripts are"),
          Map.entry("latent_mask", "A mask for the latent is"));

  /** The same of hires fix, which is asked for by {@code enable_hr}. */
  private static final Map<String, String> UNSUPPORTED_HIRES =
      Map.of(
          "hr_checkpoint_name", "Another checkpoint for hires fix is",
          "hr_sampler_name", "Another sampler for hires fix is",
          "hr_scheduler", "Another scheduler for hires fix is",
          "hr_prompt", "Another prompt for hires fix is",
          "hr_negative_prompt", "Another negative prompt for hires fix is");

  /** Refuses what would silently make another picture than the one asked for. */
  void check() {
    refuse(UNSUPPORTED);
    Options.check(fields.object("override_settings"));
  }

  private void refuse(Map<String, String> unsupported) {
    unsupported.forEach(
        (field, feature) -> {
          if (fields.asks(field)) {
            throw LenientFields.unprocessable(
                "%s not supported here; leave %s out.".formatted(feature, field));
          }
        });
  }

  /** What a request of txt2img begins with: noise, with a second run where it asks for one. */
  Start fromNoise(Options options, ModelCatalog catalog) {
    if (!fields.on("enable_hr")) {
      return Start.NOISE;
    }
    refuse(UNSUPPORTED_HIRES);
    ModelEntry model = options.checkpoint(fields.object("override_settings"), catalog);
    return HiresFields.read(
        fields,
        clamped("width", RequestDefaults.size(model)),
        clamped("height", RequestDefaults.size(model)));
  }

  /** One request for each of the {@code n_iter} batches; their seeds go on where the last ended. */
  List<ImageRequest> batches(Options options, ModelCatalog catalog, Start start) {
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
      Optional<Variation> variation = variation();
      return IntStream.range(0, (int) batches)
          .map(batch -> batch * (int) size)
          .mapToObj(
              first ->
                  numbered(seed, variation, first)
                      .apply(builder(model, sampler, clipSkip, vae))
                      .optBatch((int) size, BatchNoise.SEED_PLUS_INDEX)
                      .optStart(start)
                      .optSeedResize(seedResize())
                      .build())
          .toList();
    } catch (InvalidRequestException e) {
      throw LenientFields.unprocessable(e.getMessage());
    }
  }

  private Optional<Variation> variation() {
    double strength = fields.number("subseed_strength").map(Number::doubleValue).orElse(0.0);
    if (strength == 0) {
      return Optional.empty();
    }
    long seed =
        fields.whole("subseed").filter(given -> given != -1).orElseGet(RequestDefaults::randomSeed);
    return Optional.of(new Variation(seed, strength));
  }

  /** As in AUTOMATIC1111, one side alone asks for nothing. */
  private Optional<SeedResize> seedResize() {
    int width = clamped("seed_resize_from_w", -1);
    int height = clamped("seed_resize_from_h", -1);
    return width > 0 && height > 0 ? Optional.of(new SeedResize(width, height)) : Optional.empty();
  }

  /**
   * Seeds of the batch that begins with that picture: the first one is the client's and is checked;
   * the others wrap, as in a batch. With a variation its seed counts on, the other stays.
   */
  private static UnaryOperator<ImageRequest.Builder> numbered(
      long seed, Optional<Variation> variation, int first) {
    if (first == 0) {
      return builder -> builder.optSeed(seed).optVariation(variation);
    }
    return builder ->
        variation.isEmpty()
            ? builder.optSeed(seed + first & ImageRequest.MAX_SEED)
            : builder
                .optSeed(seed)
                .optVariation(
                    variation.map(
                        v ->
                            new Variation(v.seed() + first & ImageRequest.MAX_SEED, v.strength())));
  }

  private ImageRequest.Builder builder(
      ModelEntry model, SamplerName sampler, int clipSkip, VaeChoice vae) {
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
        .optClipSkip(clipSkip)
        .optVae(vae)
        .optExtras(AlwaysOnScripts.of(fields));
  }

  private int clamped(String field, int otherwise) {
    return fields.clamped(field, otherwise);
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
