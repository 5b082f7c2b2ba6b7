package dev.atelier.models.pipeline;

import dev.atelier.models.lora.LoraUse;
import dev.atelier.models.sampling.BatchNoise;
import dev.atelier.models.sampling.Sampler;
import dev.atelier.models.sampling.ScheduleType;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What one picture (or one batch of pictures) is made from. Together with the weights it determines
 * the picture.
 *
 * @param model id of the checkpoint in the {@link dev.atelier.models.catalog.ModelCatalog}
 * @param prompt what the picture should show
 * @param negativePrompt what it should avoid; empty for none
 * @param width pixels, a multiple of 8, {@value #MIN_SIZE} to {@value #MAX_SIZE}
 * @param height pixels, a multiple of 8, {@value #MIN_SIZE} to {@value #MAX_SIZE}
 * @param steps sampling steps, 1 to {@value #MAX_STEPS}
 * @param guidanceScale classifier-free guidance scale, 1 (off) to {@value #MAX_GUIDANCE_SCALE}
 * @param guidanceRescale how far guidance is kept from raising the contrast, 0 (off) to 1
 * @param sampler the sampler
 * @param scheduleType where it steps, one of {@link Sampler#scheduleTypes}
 * @param seed seed of the first picture's noise, 0 to 2^32 - 1
 * @param batchSize pictures made at once, 1 to {@value #MAX_BATCH}
 * @param batchNoise where the noise of the second and later pictures comes from
 * @param clipSkip the text encoder's layer that the prompts are taken from, counted from the last,
 *     1 to {@value #MAX_CLIP_SKIP}
 * @param start what the sampler begins with
 * @param variation another seed's noise in the picture's own
 * @param seedResize the size that the seeds' noise is drawn at, where it is another one
 * @param extras what it says to plugins
 * @param vae the VAE that decodes it
 * @param loras what is added to the model's weights while it is made, {@value #MAX_LORAS} at most;
 *     their order does not matter
 */
public record ImageRequest(
    String model,
    String prompt,
    String negativePrompt,
    int width,
    int height,
    int steps,
    double guidanceScale,
    double guidanceRescale,
    Sampler sampler,
    ScheduleType scheduleType,
    long seed,
    int batchSize,
    BatchNoise batchNoise,
    int clipSkip,
    Start start,
    Optional<Variation> variation,
    Optional<SeedResize> seedResize,
    Extras extras,
    VaeChoice vae,
    List<LoraUse> loras) {

  public static final int MIN_SIZE = 64;
  public static final int MAX_SIZE = 2048;
  public static final int MAX_STEPS = 150;
  public static final int MAX_BATCH = 16;
  public static final double MAX_GUIDANCE_SCALE = 30;
  public static final long MAX_SEED = 0xFFFF_FFFFL;
  public static final int MAX_PROMPT_LENGTH = 10_000;
  public static final int MAX_CLIP_SKIP = 12;
  public static final int MAX_LORAS = 50;

  /**
   * Checks every field.
   *
   * @throws InvalidRequestException naming the field and saying what it may be
   */
  public ImageRequest {
    Objects.requireNonNull(model, "model");
    Objects.requireNonNull(sampler, "sampler");
    Objects.requireNonNull(scheduleType, "scheduleType");
    Objects.requireNonNull(batchNoise, "batchNoise");
    Objects.requireNonNull(start, "start");
    Objects.requireNonNull(variation, "variation");
    Objects.requireNonNull(seedResize, "seedResize");
    Objects.requireNonNull(extras, "extras");
    Objects.requireNonNull(vae, "vae");
    FieldCheck.prompt("prompt", prompt);
    FieldCheck.prompt("negative_prompt", negativePrompt);
    FieldCheck.size("width", width);
    FieldCheck.size("height", height);
    FieldCheck.range("steps", "Steps", 1, MAX_STEPS, steps);
    FieldCheck.check(
        steps <= sampler.maxSteps(),
        "steps",
        "%s takes %d steps at most, not %d.",
        sampler.label(),
        sampler.maxSteps(),
        steps);
    FieldCheck.check(
        sampler.scheduleTypes().contains(scheduleType),
        "schedule_type",
        "%s has no schedule type %s; choose one of %s, or another sampler.",
        sampler.label(),
        scheduleType.label(),
        sampler.scheduleTypes().stream()
            .map(ScheduleType::label)
            .collect(Collectors.joining(", ")));
    FieldCheck.range("guidance_scale", "Guidance", 1, MAX_GUIDANCE_SCALE, guidanceScale);
    FieldCheck.range("guidance_rescale", "Guidance rescale", 0, 1, guidanceRescale);
    FieldCheck.range("seed", "The seed", 0, MAX_SEED, seed);
    FieldCheck.check(
        batchSize >= 1 && batchSize <= MAX_BATCH,
        "batch_size",
        "A batch holds 1 to %d pictures, not %d.",
        MAX_BATCH,
        batchSize);
    FieldCheck.range("clip_skip", "Clip skip", 1, MAX_CLIP_SKIP, clipSkip);
    FieldCheck.check(
        variation.isEmpty() || batchNoise == BatchNoise.SEED_PLUS_INDEX,
        "variation",
        "A variation needs the batch noise seed_plus_index.");
    FieldCheck.check(
        seedResize.isEmpty() || batchNoise == BatchNoise.SEED_PLUS_INDEX,
        "seed_resize",
        "A seed resize needs the batch noise seed_plus_index.");
    loras = List.copyOf(loras);
    FieldCheck.check(
        loras.size() <= MAX_LORAS,
        "loras",
        "A picture takes %d LoRAs at most, not %d.",
        MAX_LORAS,
        loras.size());
  }

  /** This request with other LoRAs in place of its own. */
  public ImageRequest withLoras(List<LoraUse> loras) {
    return toBuilder().optLoras(loras).build();
  }

  /** The seed that picture {@code index} of the batch is known by. */
  public long seedOf(int index) {
    boolean own = batchNoise == BatchNoise.SEED_PLUS_INDEX && variation.isEmpty();
    return own ? (seed + index) & MAX_SEED : seed;
  }

  /** The other seed that picture {@code index} of the batch varies its own with. */
  public Optional<Variation> variationOf(int index) {
    return variation.map(v -> new Variation((v.seed() + index) & MAX_SEED, v.strength()));
  }

  /** Sampling steps of all runs together. */
  public int stepsTaken() {
    return start.steps(steps);
  }

  /** Size of the pictures that come out. */
  public PictureSize resultSize() {
    return start.resultSize(new PictureSize(width, height));
  }

  /** The second run, where there is one. */
  public Optional<HiresFix> hiresFix() {
    return start instanceof Start.Noise noise ? noise.hiresFix() : Optional.empty();
  }

  /** Starts a request for a checkpoint; what is not given is as the setters say. */
  public static Builder builder(String model) {
    return new Builder(model);
  }

  /** Starts from this request. */
  public Builder toBuilder() {
    return new Builder(model)
        .setPrompt(prompt)
        .optNegativePrompt(negativePrompt)
        .optSize(width, height)
        .optSteps(steps)
        .optGuidanceScale(guidanceScale)
        .optGuidanceRescale(guidanceRescale)
        .optSampler(sampler)
        .optScheduleType(scheduleType)
        .optSeed(seed)
        .optBatch(batchSize, batchNoise)
        .optClipSkip(clipSkip)
        .optStart(start)
        .optVariation(variation)
        .optSeedResize(seedResize)
        .optExtras(extras)
        .optVae(vae)
        .optLoras(loras);
  }

  /** The settings of a request, by name. Not thread-safe. */
  public static final class Builder {
    private String model;
    private String prompt;
    private String negativePrompt = "";
    private int width = 512;
    private int height = 512;
    private int steps = 20;
    private double guidanceScale = 7;
    private double guidanceRescale;
    private Sampler sampler = Sampler.DPMPP_2M;
    private ScheduleType scheduleType = ScheduleType.AUTOMATIC;
    private long seed;
    private int batchSize = 1;
    private BatchNoise batchNoise = BatchNoise.SEED_PLUS_INDEX;
    private int clipSkip = 1;
    private Start start = Start.NOISE;
    private Optional<Variation> variation = Optional.empty();
    private Optional<SeedResize> seedResize = Optional.empty();
    private Extras extras = Extras.NONE;
    private VaeChoice vae = VaeChoice.AUTOMATIC;
    private List<LoraUse> loras = List.of();

    private Builder(String model) {
      this.model = model;
    }

    /** The checkpoint's id. */
    public Builder setModel(String model) {
      this.model = model;
      return this;
    }

    public Builder setPrompt(String prompt) {
      this.prompt = prompt;
      return this;
    }

    /** Default none. */
    public Builder optNegativePrompt(String negativePrompt) {
      this.negativePrompt = negativePrompt;
      return this;
    }

    /** Pixels; default 512 x 512. */
    public Builder optSize(int width, int height) {
      this.width = width;
      this.height = height;
      return this;
    }

    /** Default 20. */
    public Builder optSteps(int steps) {
      this.steps = steps;
      return this;
    }

    /** Default 7. */
    public Builder optGuidanceScale(double guidanceScale) {
      this.guidanceScale = guidanceScale;
      return this;
    }

    /** Default 0. */
    public Builder optGuidanceRescale(double guidanceRescale) {
      this.guidanceRescale = guidanceRescale;
      return this;
    }

    /** Default DPM++ 2M. */
    public Builder optSampler(Sampler sampler) {
      this.sampler = sampler;
      return this;
    }

    /** Default automatic: the sampler's own. */
    public Builder optScheduleType(ScheduleType scheduleType) {
      this.scheduleType = scheduleType;
      return this;
    }

    /** Default 0. */
    public Builder optSeed(long seed) {
      this.seed = seed;
      return this;
    }

    /** Default one picture. */
    public Builder optBatch(int batchSize, BatchNoise batchNoise) {
      this.batchSize = batchSize;
      this.batchNoise = batchNoise;
      return this;
    }

    /** Default 1, the last layer. */
    public Builder optClipSkip(int clipSkip) {
      this.clipSkip = clipSkip;
      return this;
    }

    /** Default noise alone. */
    public Builder optStart(Start start) {
      this.start = start;
      return this;
    }

    /** Default none. */
    public Builder optVariation(Optional<Variation> variation) {
      this.variation = variation;
      return this;
    }

    /** Default none: noise is drawn at the picture's own size. */
    public Builder optSeedResize(Optional<SeedResize> seedResize) {
      this.seedResize = seedResize;
      return this;
    }

    /** Default nothing. */
    public Builder optExtras(Extras extras) {
      this.extras = extras;
      return this;
    }

    /** Default automatic. */
    public Builder optVae(VaeChoice vae) {
      this.vae = vae;
      return this;
    }

    /** Default none. */
    public Builder optLoras(List<LoraUse> loras) {
      this.loras = loras;
      return this;
    }

    /**
     * The request.
     *
     * @throws InvalidRequestException naming the field that cannot be and saying what it may be
     */
    public ImageRequest build() {
      return new ImageRequest(
          model,
          prompt,
          negativePrompt,
          width,
          height,
          steps,
          guidanceScale,
          guidanceRescale,
          sampler,
          scheduleType,
          seed,
          batchSize,
          batchNoise,
          clipSkip,
          start,
          variation,
          seedResize,
          extras,
          vae,
          loras);
    }
  }
}
