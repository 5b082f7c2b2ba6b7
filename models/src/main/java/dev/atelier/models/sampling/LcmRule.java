package dev.atelier.models.sampling;

import ai.djl.ndarray.NDArray;
import java.util.function.Supplier;

/**
 * Multistep sampling of latent consistency models: to the sample in one go, and fresh noise up to
 * the next level. Luo et al., "Latent Consistency Models" (2023), algorithm 3; diffusers {@code
 * scheduling_lcm.py}.
 */
final class LcmRule implements SampleRule {
  /** Standard deviation of the data that the boundary condition is made for. */
  private static final double SIGMA_DATA = 0.5;

  /** {@code timestep_scaling}. */
  private static final double TIMESTEP_SCALING = 10;

  private final NoiseLevels levels;

  LcmRule(NoiseLevels levels) {
    this.levels = levels;
  }

  @Override
  public NDArray next(NDArray latent, NDArray sample, int call, Supplier<NDArray> noise) {
    double time = levels.timestep(call) * TIMESTEP_SCALING;
    double divisor = time * time + SIGMA_DATA * SIGMA_DATA;
    double skip = SIGMA_DATA * SIGMA_DATA / divisor;
    double out = time / Math.sqrt(divisor);
    boolean last = call + 1 == levels.steps();
    double alpha = last ? 1 : levels.alpha(call + 1);
    LinearSum next = LinearSum.of(alpha * out, sample).plus(alpha * skip, latent);
    return last ? next.array() : next.plus(levels.noiseShare(call + 1), noise.get()).array();
  }

  @Override
  public int noiseDraws() {
    return levels.steps() - 1;
  }
}
