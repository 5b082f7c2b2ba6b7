package dev.atelier.models.sampling;

import java.util.Arrays;

/**
 * The noise levels that a run steps through, highest first, ending at 0, with the timestep that the
 * model is told at each. Immutable.
 */
final class NoiseLevels {
  private final double[] sigmas;
  private final float[] timesteps;

  /**
   * @param sigmas one for each step and a last 0; standard deviation of the noise over that of the
   *     signal, infinite for noise alone
   * @param timesteps one for each step
   */
  NoiseLevels(double[] sigmas, float[] timesteps) {
    this.sigmas = sigmas;
    this.timesteps = timesteps;
  }

  /** The levels trained at whole timesteps. */
  static NoiseLevels at(double[] timesteps, NoiseSchedule schedule) {
    double[] sigmas = new double[timesteps.length + 1];
    float[] told = new float[timesteps.length];
    for (int i = 0; i < timesteps.length; i++) {
      double alphaCumprod = schedule.alphaCumprod((int) timesteps[i]);
      sigmas[i] = Math.sqrt((1 - alphaCumprod) / alphaCumprod);
      told[i] = (float) timesteps[i];
    }
    return new NoiseLevels(sigmas, told);
  }

  /** The same levels, with the nearest whole timestep told to the model. */
  NoiseLevels withWholeTimesteps() {
    float[] whole = new float[timesteps.length];
    for (int i = 0; i < whole.length; i++) {
      whole[i] = (float) Math.rint(timesteps[i]);
    }
    return new NoiseLevels(sigmas, whole);
  }

  /** One step fewer: the lowest level above 0 is left out. */
  NoiseLevels withoutLowest() {
    int steps = steps() - 1;
    return new NoiseLevels(
        Arrays.copyOf(Arrays.copyOf(sigmas, steps), steps + 1), Arrays.copyOf(timesteps, steps));
  }

  /** Those from step {@code first} on, 0 to {@code steps() - 1}. */
  NoiseLevels from(int first) {
    return new NoiseLevels(
        Arrays.copyOfRange(sigmas, first, sigmas.length),
        Arrays.copyOfRange(timesteps, first, timesteps.length));
  }

  int steps() {
    return timesteps.length;
  }

  float[] timesteps() {
    return timesteps.clone();
  }

  /** The timestep told at level {@code i}. */
  float timestep(int i) {
    return timesteps[i];
  }

  /** The level before step {@code i}, 0 to {@code steps()}. */
  double sigma(int i) {
    return sigmas[i];
  }

  /** Share of the signal in a latent of unit variance at level {@code i}. */
  double alpha(int i) {
    return 1 / Math.sqrt(sigmas[i] * sigmas[i] + 1);
  }

  /** Share of the noise in a latent of unit variance at level {@code i}. */
  double noiseShare(int i) {
    return Double.isInfinite(sigmas[i]) ? 1 : sigmas[i] * alpha(i);
  }

  /** Half the log of the signal-to-noise ratio at level {@code i}; infinite at the last. */
  double lambda(int i) {
    return -Math.log(sigmas[i]);
  }
}
