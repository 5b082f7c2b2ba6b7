package dev.atelier.models.sampling;

import ai.djl.ndarray.NDArray;
import java.util.function.Supplier;

/**
 * DDIM without noise of its own (eta 0). Song et al., "Denoising Diffusion Implicit Models" (2020),
 * equation 12; diffusers {@code scheduling_ddim.py}.
 */
final class DdimSolver implements Solver {
  private final NoiseSchedule schedule;
  private final double[] timesteps;
  private final int stride;
  private final double finalAlphaCumprod;

  /**
   * @param timesteps whole, highest first
   * @param stride from one to the next
   * @param finalAlphaCumprod share of signal that the last step ends at: the schedule's lowest
   *     timestep's, or 1 ({@code set_alpha_to_one})
   */
  DdimSolver(NoiseSchedule schedule, double[] timesteps, int stride, double finalAlphaCumprod) {
    this.schedule = schedule;
    this.timesteps = timesteps;
    this.stride = stride;
    this.finalAlphaCumprod = finalAlphaCumprod;
  }

  @Override
  public float initNoiseSigma() {
    return 1;
  }

  @Override
  public float[] timesteps() {
    float[] copy = new float[timesteps.length];
    for (int i = 0; i < copy.length; i++) {
      copy[i] = (float) timesteps[i];
    }
    return copy;
  }

  @Override
  public int calls() {
    return timesteps.length;
  }

  @Override
  public int stepsDone(int call) {
    return call + 1;
  }

  @Override
  public NDArray noised(NDArray latent, NDArray noise, int call) {
    return call == calls()
        ? latent.duplicate()
        : schedule.addNoise(latent, noise, (int) timesteps[call]);
  }

  @Override
  public NDArray scaleModelInput(NDArray latent, int call) {
    return latent.duplicate();
  }

  @Override
  public NDArray step(NDArray latent, NDArray modelOutput, int call, Supplier<NDArray> noise) {
    int timestep = (int) timesteps[call];
    int previous = timestep - stride;
    double alphaCumprod = schedule.alphaCumprod(timestep);
    double previousAlphaCumprod =
        previous >= 0 ? schedule.alphaCumprod(previous) : finalAlphaCumprod;
    double alpha = Math.sqrt(alphaCumprod);
    double sigma = Math.sqrt(1 - alphaCumprod);
    Prediction prediction = schedule.prediction();
    try (NDArray sample = prediction.sample(latent, modelOutput, alpha, sigma);
        NDArray direction = prediction.noise(latent, modelOutput, alpha, sigma)) {
      return LinearSum.of(Math.sqrt(previousAlphaCumprod), sample)
          .plus(Math.sqrt(1 - previousAlphaCumprod), direction)
          .array();
    }
  }

  @Override
  public int noiseDraws() {
    return 0;
  }

  @Override
  public void close() {}
}
