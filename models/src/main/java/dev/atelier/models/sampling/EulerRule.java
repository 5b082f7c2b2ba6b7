package dev.atelier.models.sampling;

import ai.djl.ndarray.NDArray;
import java.util.function.Supplier;

/**
 * Euler's method on the probability flow, at eta 1 to below the next noise level and fresh noise up
 * to it. Karras et al., "Elucidating the Design Space of Diffusion-Based Generative Models" (2022),
 * algorithm 2 without churn; k-diffusion {@code sample_euler_ancestral}; diffusers {@code
 * scheduling_euler_discrete.py} and {@code scheduling_euler_ancestral_discrete.py}.
 */
final class EulerRule implements SampleRule {
  private final NoiseLevels levels;
  private final double eta;

  EulerRule(NoiseLevels levels, double eta) {
    this.levels = levels;
    this.eta = eta;
  }

  @Override
  public NDArray next(NDArray latent, NDArray sample, int call, Supplier<NDArray> noise) {
    double from = levels.sigma(call);
    AncestralStep step = AncestralStep.of(from, levels.sigma(call + 1), eta);
    // x + (x - x0) / sigma * (down - sigma), with the factors of x and x0 gathered
    double share = step.down() / from;
    LinearSum next = LinearSum.of(share, latent).plus(1 - share, sample);
    // The last step ends at 0. diffusers draws there too; nothing is drawn after it, so that
    // leaving it out changes no number.
    return step.up() == 0 ? next.array() : next.plus(step.up(), noise.get()).array();
  }

  @Override
  public int noiseDraws() {
    return eta == 0 ? 0 : levels.steps() - 1;
  }
}
