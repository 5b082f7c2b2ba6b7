package dev.atelier.models.sampling;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDScope;
import java.util.function.Supplier;

/**
 * Steps of two stages: Euler's method to a second level, and from the beginning again with what the
 * model says there. Every method of this kind ends with one Euler step to 0.
 *
 * <p>Where both stages have fresh noise, it is that of one Brownian path, as in k-diffusion: the
 * whole step's contains the first stage's. k-diffusion looks it up in a Brownian tree, here it is
 * put together from two draws a step, in order; the same seed gives another picture there.
 */
final class TwoStageRule implements SampleRule {
  /** One stage: a latent and what the model says of it. */
  record Stage(double sigma, NDArray latent, NDArray sample) {
    /** Adds the way to level {@code to} along this stage's slope, {@code (x - x0) / sigma}. */
    LinearSum plusSlope(LinearSum sum, double way) {
      return sum.plus(way / sigma, latent).plus(-way / sigma, sample);
    }
  }

  /** How a step's two stages become its end. */
  interface Method {
    /** From {@code first}'s latent to level {@code to}, without noise. */
    LinearSum step(Stage first, Stage second, double to);
  }

  /**
   * The mean of both slopes: Karras et al. (2022), algorithm 1; diffusers {@code
   * scheduling_heun_discrete.py}. The second call is where the step ends.
   */
  static final Method HEUN =
      (first, second, to) -> {
        double half = (to - first.sigma) / 2;
        LinearSum sum = first.plusSlope(LinearSum.of(1, first.latent), half);
        return second.plusSlope(sum, half);
      };

  /** The second slope for the whole step: k-diffusion {@code sample_dpm_2}. */
  static final Method MIDPOINT =
      (first, second, to) -> second.plusSlope(LinearSum.of(1, first.latent), to - first.sigma);

  /**
   * The second latent without noise for the whole step: k-diffusion {@code sample_dpmpp_sde} with
   * its r of 1/2, where the first one's weight is 0.
   */
  static final Method DATA =
      (first, second, to) -> {
        double share = to / first.sigma;
        return LinearSum.of(share, first.latent).plus(1 - share, second.sample);
      };

  private final TwoStageLevels levels;
  private final Method method;
  private final double stageEta;
  private final double eta;
  private NDArray start;
  private NDArray startSample;
  private NDArray stageNoise;

  /**
   * @param stageEta fresh noise on the way to the second call, see {@link AncestralStep}
   * @param eta fresh noise of the whole step
   */
  TwoStageRule(TwoStageLevels levels, Method method, double stageEta, double eta) {
    this.levels = levels;
    this.method = method;
    this.stageEta = stageEta;
    this.eta = eta;
  }

  @Override
  public NDArray next(NDArray latent, NDArray sample, int call, Supplier<NDArray> noise) {
    if (levels.last(call)) {
      return sample.duplicate();
    }
    return call % 2 == 0 ? first(latent, sample, call, noise) : second(latent, sample, call, noise);
  }

  private NDArray first(NDArray latent, NDArray sample, int call, Supplier<NDArray> noise) {
    start = kept(latent);
    startSample = kept(sample);
    double from = levels.calls().sigma(call);
    AncestralStep step = AncestralStep.of(from, levels.calls().sigma(call + 1), stageEta);
    double share = step.down() / from;
    LinearSum sum = LinearSum.of(share, latent).plus(1 - share, sample);
    if (step.up() > 0) {
      stageNoise = kept(noise.get());
      sum.plus(step.up(), stageNoise);
    }
    return sum.array();
  }

  private NDArray second(NDArray latent, NDArray sample, int call, Supplier<NDArray> noise) {
    double from = levels.steps().sigma(call / 2);
    double middle = levels.calls().sigma(call);
    double to = levels.steps().sigma(call / 2 + 1);
    AncestralStep step = AncestralStep.of(from, to, eta);
    try {
      LinearSum sum =
          method.step(
              new Stage(from, start, startSample), new Stage(middle, latent, sample), step.down());
      if (step.up() > 0) {
        // the part of the path that the first stage has gone already, time being sigma
        double gone = stageNoise == null ? 0 : (from - middle) / (from - to);
        sum.plus(step.up() * Math.sqrt(1 - gone), noise.get());
        if (gone > 0) {
          sum.plus(step.up() * Math.sqrt(gone), stageNoise);
        }
      }
      return sum.array();
    } finally {
      close();
    }
  }

  /** A copy that outlives the scope of a call. */
  private static NDArray kept(NDArray array) {
    NDArray copy = array.duplicate();
    NDScope.unregister(copy);
    return copy;
  }

  @Override
  public int noiseDraws() {
    int steps = levels.steps().steps() - 1;
    return (stageEta == 0 ? 0 : steps) + (eta == 0 ? 0 : steps);
  }

  @Override
  public int stepsDone(int call) {
    return levels.stepsDone(call);
  }

  @Override
  public void close() {
    if (start != null) {
      start.close();
      startSample.close();
      start = null;
    }
    if (stageNoise != null) {
      stageNoise.close();
      stageNoise = null;
    }
  }
}
