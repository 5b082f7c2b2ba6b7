package dev.atelier.models.weights;

import java.nio.file.Path;
import java.util.Optional;

/**
 * The noise schedule that a model was trained with, and how its author wants it sampled: the fields
 * that diffusers' schedulers share. An empty field is one that the file leaves out, where each
 * scheduler class has a default of its own.
 *
 * @param className the author's scheduler, e.g. {@code PNDMScheduler}
 * @param trainTimesteps timesteps of the training schedule
 * @param betaStart beta of the first timestep
 * @param betaEnd beta of the last timestep
 * @param betaSchedule how betas go from one to the other
 * @param predictionType what the UNet predicts
 * @param stepsOffset what is added to "leading" timesteps
 * @param timestepSpacing how the sampling timesteps are spread
 * @param setAlphaToOne whether the step after the last one has no noise at all
 * @param skipPrkSteps whether PNDM starts without Runge-Kutta steps
 * @param rescaleBetasZeroSnr whether betas are rescaled so that the last timestep is pure noise
 */
public record SchedulerConfig(
    String className,
    int trainTimesteps,
    double betaStart,
    double betaEnd,
    BetaSchedule betaSchedule,
    PredictionType predictionType,
    int stepsOffset,
    Optional<TimestepSpacing> timestepSpacing,
    Optional<Boolean> setAlphaToOne,
    Optional<Boolean> skipPrkSteps,
    boolean rescaleBetasZeroSnr) {

  /** How betas go from the first to the last. */
  public enum BetaSchedule {
    LINEAR("linear"),
    /** Linear in the square root of beta: Stable Diffusion's. */
    SCALED_LINEAR("scaled_linear"),
    /** The cosine schedule (arXiv 2102.09672), betas at most 0.999. */
    SQUAREDCOS_CAP_V2("squaredcos_cap_v2");

    private final String label;

    BetaSchedule(String label) {
      this.label = label;
    }

    String label() {
      return label;
    }
  }

  /** What the UNet predicts. */
  public enum PredictionType {
    /** The noise. */
    EPSILON("epsilon"),
    /** {@code sqrt(alpha) * noise - sqrt(1 - alpha) * sample} (arXiv 2202.00512). */
    V_PREDICTION("v_prediction"),
    /** The sample without noise. */
    SAMPLE("sample");

    private final String label;

    PredictionType(String label) {
      this.label = label;
    }

    String label() {
      return label;
    }
  }

  /** How the sampling timesteps are spread (arXiv 2305.08891, table 2). */
  public enum TimestepSpacing {
    LEADING("leading"),
    TRAILING("trailing"),
    LINSPACE("linspace");

    private final String label;

    TimestepSpacing(String label) {
      this.label = label;
    }

    String label() {
      return label;
    }
  }

  /**
   * Reads {@code scheduler/scheduler_config.json}; absent fields have diffusers' defaults.
   *
   * @throws WeightsException when it is missing or damaged
   */
  public static SchedulerConfig read(Path file) {
    return read(ConfigReader.open(file));
  }

  static SchedulerConfig read(ConfigReader config) {
    config.requireNothing("trained_betas");
    var result =
        new SchedulerConfig(
            config.text("_class_name", ""),
            config.integer("num_train_timesteps", 1000, 2, 100_000),
            config.number("beta_start", 0.0001),
            config.number("beta_end", 0.02),
            config.choice(
                "beta_schedule", BetaSchedule.LINEAR, BetaSchedule.values(), BetaSchedule::label),
            config.choice(
                "prediction_type",
                PredictionType.EPSILON,
                PredictionType.values(),
                PredictionType::label),
            config.integer("steps_offset", 0, 0, 1000),
            Optional.ofNullable(
                config.choice(
                    "timestep_spacing", null, TimestepSpacing.values(), TimestepSpacing::label)),
            flag(config, "set_alpha_to_one"),
            flag(config, "skip_prk_steps"),
            config.flag("rescale_betas_zero_snr", false));
    if (result.betaStart() <= 0 || result.betaEnd() < result.betaStart() || result.betaEnd() >= 1) {
      throw config.fault("beta_start and beta_end are not between 0 and 1, in that order.");
    }
    return result;
  }

  private static Optional<Boolean> flag(ConfigReader config, String field) {
    return config.has(field) ? Optional.of(config.flag(field, false)) : Optional.empty();
  }
}
