package dev.atelier.models.sampling;

import ai.djl.ndarray.NDArray;
import java.util.function.Supplier;

/**
 * DPM-Solver++(2M), midpoint form, the last step first order. Lu et al., "DPM-Solver++: Fast Solver
 * for Guided Sampling of Diffusion Probabilistic Models" (2022), algorithm 2; diffusers {@code
 * scheduling_dpmsolver_multistep.py}.
 */
final class DpmPlusPlus2mSolver implements Solver {
  private final Prediction prediction;
  private final NoiseLevels levels;
  private final History samples = new History(2);

  DpmPlusPlus2mSolver(Prediction prediction, NoiseLevels levels) {
    this.prediction = prediction;
    this.levels = levels.withWholeTimesteps();
  }

  @Override
  public float initNoiseSigma() {
    return 1;
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
    return latent.duplicate();
  }

  @Override
  public NDArray step(NDArray latent, NDArray modelOutput, int call, Supplier<NDArray> noise) {
    samples.add(
        prediction.sample(latent, modelOutput, levels.alpha(call), levels.noiseShare(call)));
    int next = call + 1;
    double h = lambda(next) - lambda(call);
    double weight = -levels.alpha(next) * Math.expm1(-h);
    LinearSum sum = LinearSum.of(levels.noiseShare(next) / levels.noiseShare(call), latent);
    if (samples.size() < 2 || next == levels.steps()) {
      return sum.plus(weight, samples.get(0)).array();
    }
    double r = (lambda(call) - lambda(call - 1)) / h;
    return sum.plus(weight * (1 + 0.5 / r), samples.get(0))
        .plus(-weight * 0.5 / r, samples.get(1))
        .array();
  }

  /** Half the log of the signal-to-noise ratio; infinite at the last level. */
  private double lambda(int level) {
    return -Math.log(levels.sigma(level));
  }

  @Override
  public int noiseDraws() {
    return 0;
  }

  @Override
  public void close() {
    samples.close();
  }
}
