package dev.atelier.models.sampling;

import ai.djl.ndarray.NDArray;
import java.util.function.Supplier;

/**
 * Euler's method on the probability flow. Karras et al., "Elucidating the Design Space of
 * Diffusion-Based Generative Models" (2022), algorithm 2 without churn; diffusers {@code
 * scheduling_euler_discrete.py}.
 */
final class EulerSolver implements Solver {
  private final NoiseLevels levels;
  private final Denoiser denoiser;

  EulerSolver(Prediction prediction, NoiseLevels levels) {
    this.levels = levels;
    this.denoiser = new Denoiser(prediction, levels);
  }

  @Override
  public float initNoiseSigma() {
    return levels.sigma(0);
  }

  @Override
  public float[] timesteps() {
    return levels.timesteps();
  }

  @Override
  public int calls() {
    return levels.steps();
  }

  @Override
  public NDArray scaleModelInput(NDArray latent, int call) {
    return denoiser.input(latent, call);
  }

  @Override
  public NDArray step(NDArray latent, NDArray modelOutput, int call, Supplier<NDArray> noise) {
    // x + (x - x0) / sigma * (next - sigma), with the factors of x and x0 gathered
    double share = (double) levels.sigma(call + 1) / levels.sigma(call);
    try (NDArray sample = denoiser.sample(latent, modelOutput, call)) {
      return LinearSum.of(share, latent).plus(1 - share, sample).array();
    }
  }

  @Override
  public int noiseDraws() {
    return 0;
  }

  @Override
  public void close() {}
}
