package dev.atelier.models.sampling;

/** How a run's noise levels are chosen; independent of the solver that steps through them. */
public enum SigmaSchedule {
  /**
   * The levels that the model was trained with at the run's timesteps, between two interpolated.
   */
  TRAINED {
    @Override
    NoiseLevels levels(NoiseSchedule schedule, double[] timesteps) {
      float[] trained = schedule.sigmas();
      float[] sigmas = new float[timesteps.length + 1];
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
   * Steps that get finer towards little noise, over the whole range of trained levels: Karras et
   * al., "Elucidating the Design Space of Diffusion-Based Generative Models" (2022), equation 5
   * with rho 7; diffusers {@code _convert_to_karras}. Of the timesteps only their number counts.
   */
  KARRAS {
    @Override
    NoiseLevels levels(NoiseSchedule schedule, double[] timesteps) {
      float[] trained = schedule.sigmas();
      double[] logSigmas = new double[trained.length];
      for (int t = 0; t < trained.length; t++) {
        logSigmas[t] = (float) Math.log(trained[t]);
      }
      double highest = Math.pow(trained[trained.length - 1], 1 / RHO);
      double lowest = Math.pow(trained[0], 1 / RHO);
      int steps = timesteps.length;
      float[] sigmas = new float[steps + 1];
      float[] fractional = new float[steps];
      for (int i = 0; i < steps; i++) {
        double ramp = steps == 1 ? 0 : (double) i / (steps - 1);
        double sigma = Math.pow(highest + ramp * (lowest - highest), RHO);
        sigmas[i] = (float) sigma;
        fractional[i] = (float) timestepOf(Math.log(sigma), logSigmas);
      }
      return new NoiseLevels(sigmas, fractional);
    }
  };

  private static final double RHO = 7;

  /**
   * The noise levels of a run.
   *
   * @param timesteps the run's timesteps as its spacing has them, highest first
   */
  abstract NoiseLevels levels(NoiseSchedule schedule, double[] timesteps);

  /** Where among the training timesteps a level lies, by its logarithm (diffusers _sigma_to_t). */
  private static double timestepOf(double logSigma, double[] logSigmas) {
    int below = 0;
    while (below < logSigmas.length - 2 && logSigmas[below + 1] <= logSigma) {
      below++;
    }
    double share = (logSigma - logSigmas[below]) / (logSigmas[below + 1] - logSigmas[below]);
    return below + Math.min(Math.max(share, 0), 1);
  }
}
