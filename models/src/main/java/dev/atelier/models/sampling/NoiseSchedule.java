package dev.atelier.models.sampling;

import ai.djl.ndarray.NDArray;
import java.util.Objects;

/**
 * How much noise a model was trained with at each of its timesteps, and what it predicts.
 * Immutable.
 *
 * <p>Numbers are kept in float32 and worked out in the order that diffusers does (any of its
 * schedulers' constructors, e.g. {@code scheduling_ddim.py}), so that {@link #alphaCumprod} is
 * bit-equal to its {@code alphas_cumprod}.
 */
public final class NoiseSchedule {
  /** How beta grows over the training timesteps, by its name in a scheduler_config.json. */
  public enum BetaSchedule {
    /** Evenly from start to end. */
    LINEAR,
    /** The square of even steps from √start to √end; latent diffusion's own. */
    SCALED_LINEAR,
    /**
     * From a squared-cosine alpha bar: Nichol and Dhariwal, "Improved Denoising Diffusion
     * Probabilistic Models" (2021), equation 17; start and end are not used.
     */
    SQUAREDCOS_CAP_V2
  }

  private final float[] alphasCumprod;
  private final PredictionType predictionType;

  private NoiseSchedule(float[] alphasCumprod, PredictionType predictionType) {
    this.alphasCumprod = alphasCumprod;
    this.predictionType = predictionType;
  }

  /** Starts from Stable Diffusion 1.5's schedule. */
  public static Builder builder() {
    return new Builder();
  }

  /** Timesteps that the model was trained with. */
  public int trainTimesteps() {
    return alphasCumprod.length;
  }

  /** What the model predicts. */
  public PredictionType predictionType() {
    return predictionType;
  }

  /**
   * Variance of the signal that is left at a timestep, 1 (no noise) to 0 (noise alone).
   *
   * @param timestep 0 to {@code trainTimesteps() - 1}
   */
  public float alphaCumprod(int timestep) {
    return alphasCumprod[timestep];
  }

  /**
   * The noise level at each timestep: standard deviation of the noise over that of the signal, as
   * Karras et al. (2022) count it. Rises with the timestep.
   */
  public float[] sigmas() {
    float[] sigmas = new float[alphasCumprod.length];
    for (int t = 0; t < sigmas.length; t++) {
      // At zero terminal SNR the last sigma would be infinite; diffusers puts fp16's smallest
      // subnormal in alphas_cumprod there.
      float alpha = Math.max(alphasCumprod[t], 0x1p-24f);
      sigmas[t] = (float) Math.sqrt((1 - alpha) / alpha);
    }
    return sigmas;
  }

  /**
   * Noises a latent to a timestep: {@code sqrt(alphaCumprod) * x0 + sqrt(1 - alphaCumprod) *
   * noise}.
   *
   * @param x0 latent of any shape
   * @param noise unit noise of that shape
   * @param timestep 0 to {@code trainTimesteps() - 1}
   * @return a new array of that shape
   */
  public NDArray addNoise(NDArray x0, NDArray noise, int timestep) {
    double alpha = alphasCumprod[timestep];
    return LinearSum.of(Math.sqrt(alpha), x0).plus(Math.sqrt(1 - alpha), noise).array();
  }

  /** Takes the numbers of a scheduler_config.json. */
  public static final class Builder {
    private int trainTimesteps = 1000;
    private double betaStart = 0.00085;
    private double betaEnd = 0.012;
    private BetaSchedule betaSchedule = BetaSchedule.SCALED_LINEAR;
    private float[] trainedBetas;
    private boolean zeroTerminalSnr;
    private PredictionType predictionType = PredictionType.EPSILON;

    private Builder() {}

    /** {@code num_train_timesteps}, 2 or more; default 1000. */
    public Builder optTrainTimesteps(int timesteps) {
      if (timesteps < 2) {
        throw new IllegalArgumentException(
            "a schedule needs 2 timesteps or more, not " + timesteps);
      }
      this.trainTimesteps = timesteps;
      return this;
    }

    /** {@code beta_start} and {@code beta_end}, between 0 and 1; default 0.00085 and 0.012. */
    public Builder optBetas(double start, double end) {
      this.betaStart = checkBeta(start);
      this.betaEnd = checkBeta(end);
      return this;
    }

    /** {@code beta_schedule}; default scaled_linear. */
    public Builder optBetaSchedule(BetaSchedule schedule) {
      this.betaSchedule = Objects.requireNonNull(schedule);
      return this;
    }

    /** {@code trained_betas}: each timestep's beta, between 0 and 1, instead of a schedule. */
    public Builder optTrainedBetas(float... betas) {
      for (float beta : betas) {
        checkBeta(beta);
      }
      this.trainedBetas = betas.clone();
      return optTrainTimesteps(betas.length);
    }

    /**
     * {@code rescale_betas_zero_snr}: the last timestep is noise alone. Lin et al., "Common
     * Diffusion Noise Schedules and Sample Steps are Flawed" (2023), algorithm 1. Default false.
     */
    public Builder optZeroTerminalSnr(boolean zeroTerminalSnr) {
      this.zeroTerminalSnr = zeroTerminalSnr;
      return this;
    }

    /** {@code prediction_type}; default epsilon. */
    public Builder optPredictionType(PredictionType type) {
      this.predictionType = Objects.requireNonNull(type);
      return this;
    }

    /** The schedule. */
    public NoiseSchedule build() {
      float[] alphasCumprod = cumulativeProduct(trainedBetas == null ? betas() : trainedBetas);
      if (zeroTerminalSnr) {
        alphasCumprod = cumulativeProduct(rescale(alphasCumprod));
      }
      return new NoiseSchedule(alphasCumprod, predictionType);
    }

    private static double checkBeta(double beta) {
      if (!(beta > 0 && beta < 1)) {
        throw new IllegalArgumentException("beta must be between 0 and 1, not " + beta);
      }
      return beta;
    }

    private float[] betas() {
      return switch (betaSchedule) {
        case LINEAR -> linspace((float) betaStart, (float) betaEnd, trainTimesteps);
        case SCALED_LINEAR -> {
          float[] betas =
              linspace((float) Math.sqrt(betaStart), (float) Math.sqrt(betaEnd), trainTimesteps);
          for (int t = 0; t < betas.length; t++) {
            betas[t] *= betas[t];
          }
          yield betas;
        }
        case SQUAREDCOS_CAP_V2 -> {
          float[] betas = new float[trainTimesteps];
          for (int t = 0; t < betas.length; t++) {
            double ratio =
                squaredCosine((t + 1.0) / trainTimesteps)
                    / squaredCosine((double) t / trainTimesteps);
            betas[t] = (float) Math.min(1 - ratio, 0.999);
          }
          yield betas;
        }
      };
    }

    /**
     * torch.linspace in float32: counts up from the start in the first half and down from the end
     * in the second, each with one rounding (ATen {@code RangeFactoriesKernel.cpp}).
     */
    private static float[] linspace(float start, float end, int count) {
      float step = (end - start) / (count - 1);
      float[] values = new float[count];
      for (int i = 0; i < count; i++) {
        values[i] = i < count / 2 ? Math.fma(step, i, start) : Math.fma(-step, count - i - 1, end);
      }
      return values;
    }

    private static double squaredCosine(double share) {
      double cosine = Math.cos((share + 0.008) / 1.008 * Math.PI / 2);
      return cosine * cosine;
    }

    /** torch.cumprod of {@code 1 - betas}: float32 factors, accumulated in double. */
    private static float[] cumulativeProduct(float[] betas) {
      float[] products = new float[betas.length];
      double product = 1;
      for (int t = 0; t < betas.length; t++) {
        product *= 1 - betas[t];
        products[t] = (float) product;
      }
      return products;
    }

    /** The betas that shift and scale {@code sqrt(alphasCumprod)} to end at 0. */
    private static float[] rescale(float[] alphasCumprod) {
      int count = alphasCumprod.length;
      float first = (float) Math.sqrt(alphasCumprod[0]);
      float last = (float) Math.sqrt(alphasCumprod[count - 1]);
      float scale = first / (first - last);
      float[] betas = new float[count];
      float previous = 1;
      for (int t = 0; t < count; t++) {
        float root = ((float) Math.sqrt(alphasCumprod[t]) - last) * scale;
        float alphaBar = root * root;
        betas[t] = 1 - alphaBar / previous;
        previous = alphaBar;
      }
      return betas;
    }
  }
}
