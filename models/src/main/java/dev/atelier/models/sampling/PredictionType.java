package dev.atelier.models.sampling;

import ai.djl.ndarray.NDArray;
import java.util.Arrays;
import java.util.Optional;

/**
 * What a network was trained to predict from a noisy latent {@code x = alpha * x0 + sigma * noise}
 * with {@code alpha² + sigma² = 1}.
 *
 * <p>Source of the formulas: Salimans and Ho, "Progressive Distillation for Fast Sampling of
 * Diffusion Models" (2022), appendix D; diffusers {@code scheduling_ddim.py}, step 3.
 */
public enum PredictionType {
  /** The noise. */
  EPSILON("epsilon"),
  /** The velocity {@code v = alpha * noise - sigma * x0}. */
  V_PREDICTION("v_prediction"),
  /** The latent without noise, {@code x0}. */
  SAMPLE("sample");

  private final String configName;

  PredictionType(String configName) {
    this.configName = configName;
  }

  /** The name in a {@code scheduler_config.json}. */
  public String configName() {
    return configName;
  }

  /** The type of that {@link #configName}. */
  public static Optional<PredictionType> byConfigName(String name) {
    return Arrays.stream(values()).filter(t -> t.configName.equals(name)).findFirst();
  }

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
    return switch (this) {
      case EPSILON -> {
        // Noise alone says nothing of x0; the floor is that of the noise levels.
        double floor = Math.max(alpha, 0x1p-12);
        yield LinearSum.of(1 / floor, x).plus(-sigma / floor, output).array();
      }
      case V_PREDICTION -> LinearSum.of(alpha, x).plus(-sigma, output).array();
      case SAMPLE -> output.duplicate();
    };
  }

  /**
   * The noise that the model's output stands for; parameters as in {@link #sample}, with {@code
   * sigma} above 0 for {@link #SAMPLE}.
   */
  NDArray noise(NDArray x, NDArray output, double alpha, double sigma) {
    return switch (this) {
      case EPSILON -> output.duplicate();
      case V_PREDICTION -> LinearSum.of(sigma, x).plus(alpha, output).array();
      case SAMPLE -> LinearSum.of(1 / sigma, x).plus(-alpha / sigma, output).array();
    };
  }
}
