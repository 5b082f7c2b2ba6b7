package dev.atelier.models.sampling;

import ai.djl.ndarray.NDArray;
import java.util.function.Supplier;

/**
 * DPM-Solver++(2M), midpoint form, the last step first order; and its SDE form, which adds fresh
 * noise at each step but the last. Lu et al., "DPM-Solver++: Fast Solver for Guided Sampling of
 * Diffusion Probabilistic Models" (2022), algorithm 2 and appendix B; diffusers {@code
 * scheduling_dpmsolver_multistep.py}.
 *
 * <p>The SDE form's noise is drawn step by step, as diffusers draws it. k-diffusion takes it from a
 * Brownian tree instead, so that the same seed gives another picture there.
 */
final class DpmPlusPlus2mRule implements SampleRule {
  private final NoiseLevels levels;
  private final boolean sde;
  private final History samples = new History(2);

  DpmPlusPlus2mRule(NoiseLevels levels, boolean sde) {
    this.levels = levels;
    this.sde = sde;
  }

  @Override
  public NDArray next(NDArray latent, NDArray sample, int call, Supplier<NDArray> noise) {
    samples.add(sample.duplicate());
    int next = call + 1;
    double h = levels.lambda(next) - levels.lambda(call);
    double noiseKept = levels.noiseShare(next) / levels.noiseShare(call);
    double weight = -levels.alpha(next) * Math.expm1(sde ? -2 * h : -h);
    LinearSum sum = LinearSum.of(sde ? noiseKept * Math.exp(-h) : noiseKept, latent);
    if (samples.size() < 2 || next == levels.steps()) {
      sum.plus(weight, samples.get(0));
    } else {
      double r = (levels.lambda(call) - levels.lambda(call - 1)) / h;
      sum.plus(weight * (1 + 0.5 / r), samples.get(0)).plus(-weight * 0.5 / r, samples.get(1));
    }
    if (sde && next < levels.steps()) {
      sum.plus(levels.noiseShare(next) * Math.sqrt(-Math.expm1(-2 * h)), noise.get());
    }
    return sum.array();
  }

  @Override
  public int noiseDraws() {
    return sde ? levels.steps() - 1 : 0;
  }

  @Override
  public void close() {
    samples.close();
  }
}
