package dev.atelier.models.sampling;

/**
 * The noise levels that a run steps through, highest first, ending at 0, with the timestep that the
 * model is told at each. Immutable.
 */
final class NoiseLevels {
  private final float[] sigmas;
  private final float[] timesteps;

  /**
   * @param sigmas one for each step and a last 0; standard deviation of the noise over that of the
   *     signal
   * @param timesteps one for each step
   */
  NoiseLevels(float[] sigmas, float[] timesteps) {
    this.sigmas = sigmas;
    this.timesteps = timesteps;
  }

  /** The same levels, with the nearest whole timestep told to the model. */
  NoiseLevels withWholeTimesteps() {
    float[] whole = new float[timesteps.length];
    for (int i = 0; i < whole.length; i++) {
      whole[i] = (float) Math.rint(timesteps[i]);
    }
    return new NoiseLevels(sigmas, whole);
  }

  int steps() {
    return timesteps.length;
  }

  float[] timesteps() {
    return timesteps.clone();
  }

  float[] sigmas() {
    return sigmas.clone();
  }

  /** The level before step {@code i}, 0 to {@code steps()}. */
  float sigma(int i) {
    return sigmas[i];
  }

  /** Share of the signal in a latent of unit variance at level {@code i}. */
  double alpha(int i) {
    return 1 / Math.sqrt((double) sigmas[i] * sigmas[i] + 1);
  }

  /** Share of the noise in a latent of unit variance at level {@code i}. */
  double noiseShare(int i) {
    return sigmas[i] * alpha(i);
  }
}
