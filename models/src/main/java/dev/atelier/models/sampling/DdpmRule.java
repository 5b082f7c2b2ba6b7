package dev.atelier.models.sampling;

import ai.djl.ndarray.NDArray;
import java.util.function.Supplier;

/**
 * The diffusion's own posterior, with its smaller variance. Ho et al., "Denoising Diffusion
 * Probabilistic Models" (2020), equations 6 and 7; diffusers {@code scheduling_ddpm.py}, {@code
 * fixed_small}.
 */
final class DdpmRule implements SampleRule {
  private final NoiseLevels levels;

  DdpmRule(NoiseLevels levels) {
    this.levels = levels;
  }

  @Override
  public NDArray next(NDArray latent, NDArray sample, int call, Supplier<NDArray> noise) {
    double alpha = levels.alpha(call) / levels.alpha(call + 1);
    double beta = 1 - alpha * alpha;
    double variance = square(levels.noiseShare(call));
    double variancePrevious = square(levels.noiseShare(call + 1));
    LinearSum next =
        LinearSum.of(levels.alpha(call + 1) * beta / variance, sample)
            .plus(alpha * variancePrevious / variance, latent);
    return call + 1 == levels.steps()
        ? next.array()
        : next.plus(Math.sqrt(variancePrevious / variance * beta), noise.get()).array();
  }

  private static double square(double value) {
    return value * value;
  }

  @Override
  public int noiseDraws() {
    return levels.steps() - 1;
  }
}
