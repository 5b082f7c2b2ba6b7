package dev.atelier.models.sampling;

import ai.djl.ndarray.NDArray;
import dev.atelier.models.weights.SchedulerConfig.PredictionType;

/**
 * What a model's output says of the noisy latent it was given, {@code x = alpha * x0 + sigma *
 * noise} with {@code alpha² + sigma² = 1}.
 *
 * <p>Source of the formulas: Salimans and Ho, "Progressive Distillation for Fast Sampling of
 * Diffusion Models" (2022), appendix D; diffusers {@code scheduling_ddim.py}, step 3.
 */
record Prediction(PredictionType type) {
  /**
   * The latent without noise that the model's output stands for.
   *
   * @param x noisy latent of unit variance, any shape
   * @param output the model's output for it, same shape
   * @param alpha share of {@code x0} in {@code x}, 0 to 1
   * @param sigma share of the noise in {@code x}, 0 to 1
   * @return a new array of that shape
   */
  NDArray sample(NDArray x, NDArray output, double alpha, double sigma) {
    return switch (type) {
      case EPSILON -> {
        // Noise alone says nothing of x0; stay finite, as NoiseSchedule.sigmas() does.
        double divisor = alpha == 0 ? 0x1p-12 : alpha;
        yield LinearSum.of(1 / divisor, x).plus(-sigma / divisor, output).array();
      }
      case V_PREDICTION -> LinearSum.of(alpha, x).plus(-sigma, output).array();
      case SAMPLE -> output.duplicate();
    };
  }

  /**
   * The noise that the model's output stands for; parameters as in {@link #sample}, with {@code
   * sigma} above 0 for {@link PredictionType#SAMPLE}.
   */
  NDArray noise(NDArray x, NDArray output, double alpha, double sigma) {
    return switch (type) {
      case EPSILON -> output.duplicate();
      case V_PREDICTION -> LinearSum.of(sigma, x).plus(alpha, output).array();
      case SAMPLE -> LinearSum.of(1 / sigma, x).plus(-alpha / sigma, output).array();
    };
  }
}
