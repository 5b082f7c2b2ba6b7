package dev.atelier.models.sampling;

import dev.atelier.models.weights.SchedulerConfig.TimestepSpacing;

/**
 * Spreads a run's timesteps over the training timesteps. Names and formulas: Lin et al., "Common
 * Diffusion Noise Schedules and Sample Steps are Flawed" (2023), table 2; diffusers {@code
 * set_timesteps}.
 */
final class Timesteps {
  /** {@code steps_offset} of Stable Diffusion's leading timesteps: 1, 1 + stride, … */
  static final int LEADING_OFFSET = 1;

  private Timesteps() {}

  /**
   * Whole timesteps for solvers that step from timestep to timestep: leading ones, or trailing ones
   * for {@link ScheduleType#SGM_UNIFORM}.
   *
   * @param offset of leading ones
   */
  static double[] whole(NoiseSchedule schedule, ScheduleType type, int steps, int offset) {
    return type == ScheduleType.SGM_UNIFORM
        ? trailing(schedule.trainTimesteps(), steps)
        : leading(schedule.trainTimesteps(), steps, offset);
  }

  /**
   * The timesteps of a run.
   *
   * @param trainTimesteps the noise schedule's
   * @param steps 1 to {@code trainTimesteps - 1}
   * @param offset added to each leading timestep ({@code steps_offset}), 0 or 1
   * @return {@code steps} timesteps from 0 to {@code trainTimesteps - 1}, highest first
   */
  static double[] spaced(TimestepSpacing spacing, int trainTimesteps, int steps, int offset) {
    return switch (spacing) {
      case LEADING -> leading(trainTimesteps, steps, offset);
      case LINSPACE -> linspace(trainTimesteps, steps);
      case TRAILING -> trailing(trainTimesteps, steps);
    };
  }

  /**
   * Whole timesteps for solvers whose last step goes all the way to 0: spaced as for one step more,
   * without the lowest, which trailing ones miss anyway (diffusers {@code
   * scheduling_dpmsolver_multistep.py}). Parameters and result as for {@link #spaced}.
   */
  static double[] aboveLowest(TimestepSpacing spacing, int trainTimesteps, int steps, int offset) {
    if (spacing == TimestepSpacing.TRAILING) {
      return trailing(trainTimesteps, steps);
    }
    double[] withLowest = spaced(spacing, trainTimesteps, steps + 1, offset);
    double[] timesteps = new double[steps];
    for (int i = 0; i < steps; i++) {
      timesteps[i] = Math.rint(withLowest[i]);
    }
    return timesteps;
  }

  /**
   * A choice of the timesteps that a consistency model was distilled at: Luo et al., "Latent
   * Consistency Models" (2023); diffusers {@code scheduling_lcm.py}.
   *
   * @param steps 1 to {@code distilled}
   * @param distilled how many timesteps the model was distilled at, {@code trainTimesteps} at most
   */
  static double[] distilled(int trainTimesteps, int steps, int distilled) {
    int stride = trainTimesteps / distilled;
    double every = (double) distilled / steps;
    double[] timesteps = new double[steps];
    for (int i = 0; i < steps; i++) {
      timesteps[i] = (distilled - (int) (i * every)) * stride - 1;
    }
    return timesteps;
  }

  /** Whole multiples of {@code trainTimesteps / steps}, counted up from 0; misses the highest. */
  private static double[] leading(int trainTimesteps, int steps, int offset) {
    int stride = trainTimesteps / steps;
    double[] timesteps = new double[steps];
    for (int i = 0; i < steps; i++) {
      timesteps[i] = (double) (steps - 1 - i) * stride + offset;
    }
    return timesteps;
  }

  /**
   * Even fractions from the highest to 0, both included. A single step is at 0, as in numpy's
   * linspace, where little noise is left to remove: one such step gives no picture.
   */
  private static double[] linspace(int trainTimesteps, int steps) {
    int highest = trainTimesteps - 1;
    double stride = (double) highest / (steps - 1);
    double[] timesteps = new double[steps];
    for (int i = 0; i < steps - 1; i++) {
      timesteps[i] = i == 0 ? highest : (steps - 1 - i) * stride;
    }
    return timesteps;
  }

  /** Whole numbers counted down from the highest by {@code trainTimesteps / steps}; misses 0. */
  private static double[] trailing(int trainTimesteps, int steps) {
    double stride = (double) trainTimesteps / steps;
    double[] timesteps = new double[steps];
    for (int i = 0; i < steps; i++) {
      timesteps[i] = Math.rint(trainTimesteps - i * stride) - 1;
    }
    return timesteps;
  }
}
