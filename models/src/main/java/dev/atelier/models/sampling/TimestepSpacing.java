package dev.atelier.models.sampling;

/**
 * How a run's timesteps are spread over the training timesteps. Names and formulas: Lin et al.,
 * "Common Diffusion Noise Schedules and Sample Steps are Flawed" (2023), table 2; diffusers {@code
 * set_timesteps}.
 */
public enum TimestepSpacing {
  /** Whole multiples of {@code trainTimesteps / steps}, counted up from 0; misses the highest. */
  LEADING {
    @Override
    double[] timesteps(int trainTimesteps, int steps, int offset) {
      int stride = trainTimesteps / steps;
      double[] timesteps = new double[steps];
      for (int i = 0; i < steps; i++) {
        timesteps[i] = (double) (steps - 1 - i) * stride + offset;
      }
      return timesteps;
    }
  },
  /**
   * Even fractions from the highest to 0, both included. A single step is at 0, as in numpy's
   * linspace, where little is left to remove: with one step the picture is mostly its noise.
   */
  LINSPACE {
    @Override
    double[] timesteps(int trainTimesteps, int steps, int offset) {
      int highest = trainTimesteps - 1;
      double stride = (double) highest / (steps - 1);
      double[] timesteps = new double[steps];
      for (int i = 0; i < steps - 1; i++) {
        timesteps[i] = i == 0 ? highest : (steps - 1 - i) * stride;
      }
      return timesteps;
    }
  },
  /** Whole numbers counted down from the highest by {@code trainTimesteps / steps}; misses 0. */
  TRAILING {
    @Override
    double[] timesteps(int trainTimesteps, int steps, int offset) {
      double stride = (double) trainTimesteps / steps;
      double[] timesteps = new double[steps];
      for (int i = 0; i < steps; i++) {
        timesteps[i] = Math.rint(trainTimesteps - i * stride) - 1;
      }
      return timesteps;
    }

    @Override
    double[] aboveLowest(int trainTimesteps, int steps, int offset) {
      return timesteps(trainTimesteps, steps, offset);
    }
  };

  /**
   * The timesteps of a run.
   *
   * @param trainTimesteps the noise schedule's
   * @param steps 1 to {@code trainTimesteps - 1}
   * @param offset added to each timestep of {@link #LEADING} ({@code steps_offset}), 0 or 1
   * @return {@code steps} timesteps from 0 to {@code trainTimesteps - 1}, highest first
   */
  abstract double[] timesteps(int trainTimesteps, int steps, int offset);

  /**
   * Whole timesteps spaced as for one step more, without the lowest: for solvers whose last step
   * goes all the way to 0 (diffusers {@code scheduling_dpmsolver_multistep.py}). Parameters and
   * result as for {@link #timesteps}.
   */
  double[] aboveLowest(int trainTimesteps, int steps, int offset) {
    double[] withLowest = timesteps(trainTimesteps, steps + 1, offset);
    double[] timesteps = new double[steps];
    for (int i = 0; i < steps; i++) {
      timesteps[i] = Math.rint(withLowest[i]);
    }
    return timesteps;
  }
}
