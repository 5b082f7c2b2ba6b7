package dev.atelier.models.sampling;

import ai.djl.ndarray.NDArray;
import java.util.function.Supplier;

/**
 * DPM-Solver++(3M) SDE with eta 1: k-diffusion {@code sample_dpmpp_3m_sde}; an exponential
 * integrator whose derivatives come from the last three samples (Lu et al., "DPM-Solver++", 2022;
 * Gonzalez et al., "SEEDS", 2023).
 *
 * <p>The noise is drawn step by step, as diffusers draws it for 2M SDE. k-diffusion takes it from a
 * Brownian tree instead, so that the same seed gives another picture there.
 */
final class DpmPlusPlus3mSdeRule implements SampleRule {
  private final NoiseLevels levels;
  private final History samples = new History(3);

  DpmPlusPlus3mSdeRule(NoiseLevels levels) {
    this.levels = levels;
  }

  @Override
  public NDArray next(NDArray latent, NDArray sample, int call, Supplier<NDArray> noise) {
    if (call + 1 == levels.steps()) {
      return sample.duplicate();
    }
    samples.add(sample.duplicate());
    double h = length(call);
    double[] weights = weights(call, 2 * h);
    LinearSum sum = LinearSum.of(Math.exp(-2 * h), latent);
    for (int age = 0; age < samples.size(); age++) {
      sum.plus(weights[age], samples.get(age));
    }
    return sum.plus(levels.sigma(call + 1) * Math.sqrt(-Math.expm1(-2 * h)), noise.get()).array();
  }

  /** Weights of the samples, the newest first, with the differences between them multiplied out. */
  private double[] weights(int call, double h) {
    double phi1 = -Math.expm1(-h);
    double phi2 = Math.expm1(-h) / h + 1;
    if (samples.size() == 1) {
      return new double[] {phi1};
    }
    double r0 = length(call - 1) / length(call);
    if (samples.size() == 2) {
      return new double[] {phi1 + phi2 / r0, -phi2 / r0};
    }
    double phi3 = phi2 / h - 0.5;
    double r1 = length(call - 2) / length(call);
    // the first and second derivative are sums of the two newest differences
    double first = phi2 * (1 + r0 / (r0 + r1)) - phi3 / (r0 + r1);
    double second = -phi2 * r0 / (r0 + r1) + phi3 / (r0 + r1);
    return new double[] {phi1 + first / r0, -first / r0 + second / r1, -second / r1};
  }

  /** Length of a step in the log of the signal-to-noise ratio, halved. */
  private double length(int call) {
    return levels.lambda(call + 1) - levels.lambda(call);
  }

  @Override
  public int noiseDraws() {
    return levels.steps() - 1;
  }

  @Override
  public void close() {
    samples.close();
  }
}
