package dev.atelier.models.sampling;

/**
 * The noise levels that a model was trained with, read in both directions: which level a timestep
 * has, and which timestep a level. Between two timesteps the logarithm of the level is taken to be
 * straight: k-diffusion {@code external.py}, {@code DiscreteSchedule}; diffusers {@code
 * _sigma_to_t}.
 */
final class TrainedLevels {
  private final float[] sigmas;
  private final double[] logs;

  TrainedLevels(NoiseSchedule schedule) {
    sigmas = schedule.sigmas();
    logs = new double[sigmas.length];
    for (int t = 0; t < sigmas.length; t++) {
      logs[t] = (float) Math.log(sigmas[t]);
    }
  }

  /** How many there are: the training timesteps. */
  int count() {
    return sigmas.length;
  }

  /** The level at a whole timestep. */
  float sigma(int timestep) {
    return sigmas[timestep];
  }

  float lowest() {
    return sigmas[0];
  }

  float highest() {
    return sigmas[sigmas.length - 1];
  }

  /** The level at a timestep, fractions allowed, 0 to {@code count() - 1}. */
  double sigmaAt(double timestep) {
    int below = Math.min((int) timestep, logs.length - 2);
    double share = timestep - below;
    return Math.exp((1 - share) * logs[below] + share * logs[below + 1]);
  }

  /** Where among the training timesteps a level lies; the nearest end for those beyond. */
  double timestepOf(double sigma) {
    double logSigma = Math.log(sigma);
    int below = 0;
    while (below < logs.length - 2 && logs[below + 1] <= logSigma) {
      below++;
    }
    double share = (logSigma - logs[below]) / (logs[below + 1] - logs[below]);
    return below + Math.min(Math.max(share, 0), 1);
  }
}
