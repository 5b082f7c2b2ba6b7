package dev.atelier.models.sampling;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The samplers, under the names that AUTOMATIC1111 and its clients use. Each is a solver; where it
 * steps is a choice of its own, see {@link ScheduleType}.
 *
 * <p>Betas and prediction type are the model's and come with its {@link NoiseSchedule}. Timestep
 * spacing, offset and where the last step ends are the sampler's own: a model folder's
 * scheduler_config.json describes the one scheduler it was saved with, and its {@code
 * timestep_spacing}, {@code steps_offset} and {@code set_alpha_to_one} do not carry over to others.
 *
 * <p>The definitions are diffusers' where it has the sampler, k-diffusion's for the rest: DPM2,
 * DPM2 a, DPM++ SDE and DPM++ 3M SDE. All noise is drawn from the seed in the order in which it is
 * used; k-diffusion's Brownian tree is not imitated.
 */
public enum Sampler {
  EULER("Euler", Kind.CONVERGING, Recipe.karras(levels -> new EulerRule(levels, 0))),
  HEUN("Heun", Kind.CONVERGING, Recipe.heun()),
  LMS("LMS", Kind.CONVERGING, Recipe.karras(LmsRule::new)),
  DPM2("DPM2", Kind.CONVERGING, Recipe.dpm2(0), ScheduleType.KARRAS),
  DPMPP_2S("DPM++ 2S", Kind.CONVERGING, Recipe.dpmSolver(DpmPlusPlus2sRule::new)),
  DPMPP_2M(
      "DPM++ 2M",
      Kind.CONVERGING,
      Recipe.dpmSolver(levels -> new DpmPlusPlus2mRule(levels, false))),
  UNIPC("UniPC", Kind.CONVERGING, Recipe.dpmSolver(UniPcRule::new)),
  DDIM("DDIM", Kind.CONVERGING, Recipe.ddim(), EnumSet.of(ScheduleType.SGM_UNIFORM)),
  PNDM("PNDM", Kind.CONVERGING, Recipe.pndm(), EnumSet.noneOf(ScheduleType.class)),
  EULER_ANCESTRAL("Euler a", Kind.STOCHASTIC, Recipe.karras(levels -> new EulerRule(levels, 1))),
  DPM2_ANCESTRAL("DPM2 a", Kind.STOCHASTIC, Recipe.dpm2(1), ScheduleType.KARRAS),
  DPMPP_SDE("DPM++ SDE", Kind.STOCHASTIC, Recipe.dpmPlusPlusSde(), ScheduleType.KARRAS),
  DPMPP_2M_SDE(
      "DPM++ 2M SDE",
      Kind.STOCHASTIC,
      Recipe.dpmSolver(levels -> new DpmPlusPlus2mRule(levels, true)),
      ScheduleType.EXPONENTIAL),
  DPMPP_3M_SDE(
      "DPM++ 3M SDE", Kind.STOCHASTIC, Recipe.dpmPlusPlus3mSde(), ScheduleType.EXPONENTIAL),
  DDPM("DDPM", Kind.STOCHASTIC, Recipe.ddpm(), EnumSet.of(ScheduleType.SGM_UNIFORM)),
  LCM("LCM", Kind.DISTILLED, Recipe.lcm(), EnumSet.noneOf(ScheduleType.class));

  /** What a sampler does as it gets more steps. */
  public enum Kind {
    /** Comes ever closer to one picture. */
    CONVERGING,
    /** Draws fresh noise at its steps, and so makes another picture with another number of them. */
    STOCHASTIC,
    /** Made for models that were distilled to a few steps. */
    DISTILLED
  }

  /**
   * {@code original_inference_steps}: how many steps latent consistency models are distilled from,
   * and so the most that {@link #LCM} takes.
   */
  public static final int LCM_DISTILLED_STEPS = 50;

  private final String label;
  private final Kind kind;
  private final Recipe recipe;
  private final ScheduleType automatic;
  private final Set<ScheduleType> types;

  /** A sampler that steps from any noise level to any other, evenly when left alone. */
  Sampler(String label, Kind kind, Recipe recipe) {
    this(label, kind, recipe, ScheduleType.UNIFORM);
  }

  /** A sampler that steps from any noise level to any other. */
  Sampler(String label, Kind kind, Recipe recipe, ScheduleType automatic) {
    this(label, kind, recipe, automatic, EnumSet.allOf(ScheduleType.class));
  }

  /** A sampler that steps from whole timestep to whole timestep. */
  Sampler(String label, Kind kind, Recipe recipe, EnumSet<ScheduleType> besidesUniform) {
    this(label, kind, recipe, ScheduleType.UNIFORM, besidesUniform);
    types.add(ScheduleType.AUTOMATIC);
    types.add(ScheduleType.UNIFORM);
  }

  Sampler(
      String label, Kind kind, Recipe recipe, ScheduleType automatic, EnumSet<ScheduleType> types) {
    this.label = label;
    this.kind = kind;
    this.recipe = recipe;
    this.automatic = automatic;
    this.types = types;
  }

  /** The name shown to people and used in the APIs and in PNG metadata. */
  public String label() {
    return label;
  }

  /** What it does as it gets more steps. */
  public Kind kind() {
    return kind;
  }

  /** The sampler of that {@link #label}, whatever the case of its letters. */
  public static Optional<Sampler> byLabel(String label) {
    return Arrays.stream(values()).filter(s -> s.label.equalsIgnoreCase(label)).findFirst();
  }

  /** The schedule types that it can step through, {@link ScheduleType#AUTOMATIC} first. */
  public List<ScheduleType> scheduleTypes() {
    return List.copyOf(types);
  }

  /**
   * What {@link ScheduleType#AUTOMATIC} means for it: for those that diffusers has without a
   * schedule in their name what diffusers does, else AUTOMATIC1111's choice. DDIM and DDPM take
   * {@link ScheduleType#SGM_UNIFORM} instead with a model whose last timestep is noise alone.
   */
  public ScheduleType automatic() {
    return automatic;
  }

  /**
   * The most steps that it takes with any model; {@link Integer#MAX_VALUE} where the model says.
   */
  public int maxSteps() {
    return this == LCM ? LCM_DISTILLED_STEPS : Integer.MAX_VALUE;
  }

  /** The most steps that it takes with a model of that noise schedule. */
  public int maxSteps(NoiseSchedule schedule) {
    return Math.min(maxSteps(), schedule.trainTimesteps() - 1);
  }

  /** Begins a run of all its steps, from noise. */
  public Solver solver(NoiseSchedule schedule, ScheduleType type, int steps) {
    return solver(schedule, type, steps, 0);
  }

  /**
   * Begins a run that leaves out its first steps: what it begins with is {@link Solver#noised} of a
   * picture's latent, less of it the more steps are left out (SDEdit, Meng et al., 2021; diffusers
   * {@code StableDiffusionImg2ImgPipeline.get_timesteps}). A multistep sampler begins as at the
   * first step of all, with nothing to look back on.
   *
   * @param schedule the model's noise schedule
   * @param type one of {@link #scheduleTypes}
   * @param steps 1 to {@link #maxSteps(NoiseSchedule)}, those left out included
   * @param first how many are left out, 0 to {@code steps - 1}
   * @return a solver for that one run, to be closed after it
   * @throws IllegalArgumentException for another schedule type or number of steps
   */
  public Solver solver(NoiseSchedule schedule, ScheduleType type, int steps, int first) {
    int most = maxSteps(schedule);
    if (steps < 1 || steps > most) {
      throw new IllegalArgumentException("a run has 1 to " + most + " steps, not " + steps);
    }
    if (!types.contains(type)) {
      throw new IllegalArgumentException(label + " has no schedule type " + type.label());
    }
    if (first < 0 || first >= steps) {
      throw new IllegalArgumentException("of " + steps + " steps not " + first + " are left out");
    }
    return recipe.solver(
        schedule, type == ScheduleType.AUTOMATIC ? automatic(schedule) : type, steps, first);
  }

  /**
   * Lin et al. (2023), section 3.3: a model whose last timestep is noise alone is started there.
   */
  private ScheduleType automatic(NoiseSchedule schedule) {
    boolean missesLastTimestep = !types.contains(ScheduleType.KARRAS);
    boolean zeroTerminalSnr = schedule.alphaCumprod(schedule.trainTimesteps() - 1) == 0;
    return missesLastTimestep && zeroTerminalSnr && types.contains(ScheduleType.SGM_UNIFORM)
        ? ScheduleType.SGM_UNIFORM
        : automatic;
  }
}
