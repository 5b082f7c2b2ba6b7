package dev.atelier.models.sampling;

import ai.djl.ndarray.NDArray;
import java.util.function.Supplier;

/**
 * UniPC of order 2 in its B2 form, on the latent without noise: each model call first corrects the
 * latent that it was made for, then predicts the next one; first order at both ends. Zhao et al.,
 * "UniPC: A Unified Predictor-Corrector Framework for Fast Sampling of Diffusion Models" (2023),
 * algorithms 5 and 6; diffusers {@code scheduling_unipc_multistep.py}.
 */
final class UniPcRule implements SampleRule {
  private final NoiseLevels levels;
  private final History samples = new History(2);

  /** The latent that the last step began with, corrected. */
  private final History starts = new History(1);

  UniPcRule(NoiseLevels levels) {
    this.levels = levels;
  }

  @Override
  public NDArray next(NDArray latent, NDArray sample, int call, Supplier<NDArray> noise) {
    NDArray corrected = call == 0 ? latent.duplicate() : corrected(sample, call);
    starts.add(corrected);
    samples.add(sample.duplicate());
    return predicted(corrected, call);
  }

  /** The order of the step from {@code call}. */
  private int order(int call) {
    return call == 0 || call + 1 == levels.steps() ? 1 : 2;
  }

  private NDArray predicted(NDArray latent, int call) {
    double h = levels.lambda(call + 1) - levels.lambda(call);
    double weight = -levels.alpha(call + 1) * Math.expm1(-h);
    LinearSum sum =
        LinearSum.of(levels.noiseShare(call + 1) / levels.noiseShare(call), latent)
            .plus(weight, samples.get(0));
    if (order(call) == 2) {
      double older = weight * 0.5 / ratio(call, h);
      sum.plus(older, samples.get(1)).plus(-older, samples.get(0));
    }
    return sum.array();
  }

  /** The latent at {@code call} again, now that the model's {@code sample} there is known. */
  private NDArray corrected(NDArray sample, int call) {
    int start = call - 1;
    double h = levels.lambda(call) - levels.lambda(start);
    double weight = -levels.alpha(call) * Math.expm1(-h);
    LinearSum sum = LinearSum.of(levels.noiseShare(call) / levels.noiseShare(start), starts.get(0));
    double newest = 0.5;
    double older = 0;
    if (order(start) == 2) {
      // the two equations of the order conditions
      double ratio = ratio(start, h);
      double phi2 = Math.expm1(-h) / -h - 1;
      double b1 = phi2 / Math.expm1(-h);
      double b2 = 2 * (phi2 / -h - 0.5) / Math.expm1(-h);
      older = (b1 - b2) / (1 - ratio);
      newest = b1 - older;
      older /= ratio;
    }
    sum.plus(weight * (1 - newest - older), samples.get(0)).plus(weight * newest, sample);
    return older == 0 ? sum.array() : sum.plus(weight * older, samples.get(1)).array();
  }

  /** Where the level before {@code call} lies, in lengths of the step; negative. */
  private double ratio(int call, double h) {
    return (levels.lambda(call - 1) - levels.lambda(call)) / h;
  }

  @Override
  public void close() {
    samples.close();
    starts.close();
  }
}
