package dev.atelier.models.sampling;

import java.util.Arrays;
import java.util.Optional;
import java.util.function.IntToDoubleFunction;
import org.apache.commons.statistics.distribution.BetaDistribution;

/**
 * How a run's noise levels are chosen, independent of the solver that steps through them; under the
 * names that AUTOMATIC1111 and its clients use (its {@code modules/sd_schedulers.py}).
 */
public enum ScheduleType {
  /** The sampler's own: see {@link Sampler#automatic}. */
  AUTOMATIC("Automatic") {
    @Override
    NoiseLevels levels(NoiseSchedule schedule, double[] timesteps) {
      throw new IllegalStateException("only a sampler knows what its automatic schedule is");
    }
  },
  /** The levels trained at timesteps that lie evenly; between two of them interpolated. */
  UNIFORM("Uniform") {
    @Override
    NoiseLevels levels(NoiseSchedule schedule, double[] timesteps) {
      float[] trained = schedule.sigmas();
      double[] sigmas = new double[timesteps.length + 1];
      float[] rounded = new float[timesteps.length];
      for (int i = 0; i < timesteps.length; i++) {
        // diffusers has the timesteps in float32 before it looks the levels up
        rounded[i] = (float) timesteps[i];
        int below = Math.min((int) rounded[i], trained.length - 2);
        double slope = (double) trained[below + 1] - trained[below];
        sigmas[i] = (float) (slope * ((double) rounded[i] - below) + trained[below]);
      }
      return new NoiseLevels(sigmas, rounded);
    }
  },
  /**
   * Steps that get finer towards little noise: Karras et al., "Elucidating the Design Space of
   * Diffusion-Based Generative Models" (2022), equation 5 with rho 7; diffusers {@code
   * _convert_to_karras}.
   */
  KARRAS("Karras") {
    @Override
    NoiseLevels levels(NoiseSchedule schedule, double[] timesteps) {
      TrainedLevels trained = new TrainedLevels(schedule);
      double highest = Math.pow(trained.highest(), 1 / RHO);
      double lowest = Math.pow(trained.lowest(), 1 / RHO);
      int steps = timesteps.length;
      return of(trained, steps, i -> Math.pow(highest + ramp(i, steps) * (lowest - highest), RHO));
    }
  },
  /** Each level the same part of the one before: k-diffusion {@code get_sigmas_exponential}. */
  EXPONENTIAL("Exponential") {
    @Override
    NoiseLevels levels(NoiseSchedule schedule, double[] timesteps) {
      TrainedLevels trained = new TrainedLevels(schedule);
      double highest = Math.log(trained.highest());
      double lowest = Math.log(trained.lowest());
      int steps = timesteps.length;
      return of(trained, steps, i -> Math.exp(highest + ramp(i, steps) * (lowest - highest)));
    }
  },
  /**
   * Even timesteps that count the way from the lowest level to none as a step like the others, as
   * Stability AI's generative-models do: AUTOMATIC1111 {@code sgm_uniform}. Whole timesteps of that
   * kind are what Lin et al. (2023) call trailing.
   */
  SGM_UNIFORM("SGM Uniform") {
    @Override
    NoiseLevels levels(NoiseSchedule schedule, double[] timesteps) {
      TrainedLevels trained = new TrainedLevels(schedule);
      int steps = timesteps.length;
      double highest = trained.count() - 1;
      return of(trained, steps, i -> trained.sigmaAt(highest * (steps - i) / steps));
    }
  },
  /** Every so manyth trained level, from the highest: AUTOMATIC1111 {@code simple_scheduler}. */
  SIMPLE("Simple") {
    @Override
    NoiseLevels levels(NoiseSchedule schedule, double[] timesteps) {
      TrainedLevels trained = new TrainedLevels(schedule);
      double stride = (double) trained.count() / timesteps.length;
      int highest = trained.count() - 1;
      return of(trained, timesteps.length, i -> trained.sigma(highest - (int) (i * stride)));
    }
  },
  /**
   * Levels dense at both ends, spread as a beta distribution: Lee et al., "Beta Sampling is All You
   * Need" (2024), with both parameters 0.6; diffusers {@code _convert_to_beta}.
   */
  BETA("Beta") {
    @Override
    NoiseLevels levels(NoiseSchedule schedule, double[] timesteps) {
      TrainedLevels trained = new TrainedLevels(schedule);
      BetaDistribution beta = BetaDistribution.of(BETA_SHAPE, BETA_SHAPE);
      double range = (double) trained.highest() - trained.lowest();
      int steps = timesteps.length;
      return of(
          trained,
          steps,
          i -> trained.lowest() + range * beta.inverseCumulativeProbability(1 - ramp(i, steps)));
    }
  };

  private static final double RHO = 7;
  private static final double BETA_SHAPE = 0.6;

  private final String label;

  ScheduleType(String label) {
    this.label = label;
  }

  /** The name shown to people and used in the APIs and in PNG metadata. */
  public String label() {
    return label;
  }

  /** The schedule type of that {@link #label}, whatever the case of its letters. */
  public static Optional<ScheduleType> byLabel(String label) {
    return Arrays.stream(values()).filter(type -> type.label.equalsIgnoreCase(label)).findFirst();
  }

  /**
   * The noise levels of a run.
   *
   * @param timesteps the run's timesteps as the sampler spaces them evenly, highest first; of them
   *     all but {@link #UNIFORM} use only the number
   */
  abstract NoiseLevels levels(NoiseSchedule schedule, double[] timesteps);

  /** How far step {@code i} is from the first to the last, 0 to 1; 0 when there is only one. */
  private static double ramp(int i, int steps) {
    return steps == 1 ? 0 : (double) i / (steps - 1);
  }

  /** Levels by step, each with the timestep it has in training. */
  private static NoiseLevels of(TrainedLevels trained, int steps, IntToDoubleFunction level) {
    double[] sigmas = new double[steps + 1];
    float[] timesteps = new float[steps];
    for (int i = 0; i < steps; i++) {
      double sigma = level.applyAsDouble(i);
      sigmas[i] = (float) sigma;
      timesteps[i] = (float) trained.timestepOf(sigma);
    }
    return new NoiseLevels(sigmas, timesteps);
  }
}
