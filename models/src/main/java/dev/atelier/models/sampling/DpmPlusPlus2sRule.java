package dev.atelier.models.sampling;

import ai.djl.ndarray.NDArray;
import java.util.function.Supplier;

/**
 * DPM-Solver++(2S): first- and second-order steps in turn, the second-order one from where the
 * first-order one before it began, the last step first order. Lu et al., "DPM-Solver++" (2022),
 * algorithm 1; diffusers {@code scheduling_dpmsolver_singlestep.py}, which counts every model call
 * as a step.
 */
final class DpmPlusPlus2sRule implements SampleRule {
  private final NoiseLevels levels;
  private final History starts = new History(1);
  private final History samples = new History(2);

  DpmPlusPlus2sRule(NoiseLevels levels) {
    this.levels = levels;
  }

  @Override
  public NDArray next(NDArray latent, NDArray sample, int call, Supplier<NDArray> noise) {
    samples.add(sample.duplicate());
    return secondOrder(call) ? second(call) : first(latent, call);
  }

  /** Orders 1, 2, 1, 2, … and at the end 1, or 1, 1 where a pair would leave none. */
  private boolean secondOrder(int call) {
    return call % 2 == 1 && call < levels.steps() - 1;
  }

  private NDArray first(NDArray latent, int call) {
    starts.add(latent.duplicate());
    double h = levels.lambda(call + 1) - levels.lambda(call);
    return LinearSum.of(levels.noiseShare(call + 1) / levels.noiseShare(call), latent)
        .plus(-levels.alpha(call + 1) * Math.expm1(-h), samples.get(0))
        .array();
  }

  private NDArray second(int call) {
    int start = call - 1;
    double h = levels.lambda(call + 1) - levels.lambda(start);
    double r = (levels.lambda(call) - levels.lambda(start)) / h;
    double weight = -levels.alpha(call + 1) * Math.expm1(-h);
    return LinearSum.of(levels.noiseShare(call + 1) / levels.noiseShare(start), starts.get(0))
        .plus(weight * 0.5 / r, samples.get(0))
        .plus(weight * (1 - 0.5 / r), samples.get(1))
        .array();
  }

  @Override
  public void close() {
    starts.close();
    samples.close();
  }
}
