package dev.atelier.models.sampling;

import ai.djl.ndarray.NDArray;
import java.util.function.Supplier;

/**
 * A run through noise levels by a {@link SampleRule}: what the model is told and shown at each
 * level, and what its output says of the latent without noise.
 */
final class SampleSolver implements Solver {
  private final Prediction prediction;
  private final NoiseLevels levels;
  private final LatentScale scale;
  private final SampleRule rule;

  /**
   * @param prediction what the model predicts
   * @param levels one for each call of the model
   * @param scale the scale that {@code rule} works in
   */
  SampleSolver(Prediction prediction, NoiseLevels levels, LatentScale scale, SampleRule rule) {
    this.prediction = prediction;
    this.levels = levels;
    this.scale = scale;
    this.rule = rule;
  }

  @Override
  public float initNoiseSigma() {
    return (float) scale.initNoiseSigma(levels);
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
  public int stepsDone(int call) {
    return rule.stepsDone(call);
  }

  @Override
  public NDArray noised(NDArray latent, NDArray noise, int call) {
    return scale.noised(levels, call, latent, noise).array();
  }

  @Override
  public NDArray scaleModelInput(NDArray latent, int call) {
    double factor = scale.inputScale(levels, call);
    return factor == 1 ? latent.duplicate() : latent.mul(factor);
  }

  @Override
  public NDArray step(NDArray latent, NDArray modelOutput, int call, Supplier<NDArray> noise) {
    try (NDArray input = scaleModelInput(latent, call);
        NDArray sample =
            prediction.sample(input, modelOutput, levels.alpha(call), levels.noiseShare(call))) {
      return rule.next(latent, sample, call, noise);
    }
  }

  @Override
  public int noiseDraws() {
    return rule.noiseDraws();
  }

  @Override
  public void close() {
    rule.close();
  }
}
