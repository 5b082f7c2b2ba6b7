package dev.atelier.models.sampling;

import ai.djl.ndarray.NDArray;
import java.util.function.Supplier;

/**
 * Euler's method to below the next noise level, and fresh noise up to it: k-diffusion {@code
 * sample_euler_ancestral}; diffusers {@code scheduling_euler_ancestral_discrete.py}.
 */
final class EulerAncestralSolver implements Solver {
  private final NoiseLevels levels;
  private final Denoiser denoiser;

  EulerAncestralSolver(Prediction prediction, NoiseLevels levels) {
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
    double from = levels.sigma(call);
    double to = levels.sigma(call + 1);
    double up = Math.sqrt(to * to * (from * from - to * to) / (from * from));
    double down = Math.sqrt(to * to - up * up);
    double share = down / from;
    try (NDArray sample = denoiser.sample(latent, modelOutput, call)) {
      LinearSum next = LinearSum.of(share, latent).plus(1 - share, sample);
      // The last step ends at 0. diffusers draws there too; nothing is drawn after it, so that
      // leaving it out changes no number.
      return to == 0 ? next.array() : next.plus(up, noise.get()).array();
    }
  }

  @Override
  public int noiseDraws() {
    return levels.steps() - 1;
  }

  @Override
  public void close() {}
}
