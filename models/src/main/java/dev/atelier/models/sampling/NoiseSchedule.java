package dev.atelier.models.sampling;

import ai.djl.ndarray.NDArray;
import dev.atelier.models.weights.SchedulerConfig;
import dev.atelier.models.weights.SchedulerConfig.BetaSchedule;
import dev.atelier.models.weights.SchedulerConfig.PredictionType;
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
  private final float[] alphasCumprod;
  private final PredictionType predictionType;

  private NoiseSchedule(float[] alphasCumprod, PredictionType predictionType) {
    this.alphasCumprod = alphasCumprod;
    this.predictionType = predictionType;
  }

  /**
   * The schedule a model was trained with. Of its configuration only what belongs to the model is
   * used; see {@link Sampler} for the rest.
   */
  public static NoiseSchedule of(SchedulerConfig config) {
    return builder()
        .optTrainTimesteps(config.trainTimesteps())
        .optBetas(config.betaStart(), config.betaEnd())
        .optBetaSchedule(config.betaSchedule())
        .optZeroTerminalSnr(config.rescaleBetasZeroSnr())
        .optPredictionType(config.predictionType())
        .build();
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

  Prediction prediction() {
    return new Prediction(predictionType);
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
      float alpha = alphasCumprod[t] == 0 ? 0x1p-24f : alphasCumprod[t];
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

  /**
   * The latent without noise that a model's output stands for: what a preview shows.
   *
   * @param input what the model was shown, see {@link Solver#scaleModelInput}
   * @param output what it answered, same shape
   * @param timestep what it was told, fractions allowed
   * @return a new array of that shape
   */
  public NDArray denoised(NDArray input, NDArray output, float timestep) {
    int nearest = Math.max(0, Math.min(trainTimesteps() - 1, Math.round(timestep)));
    double alpha = alphasCumprod[nearest];
    return prediction().sample(input, output, Math.sqrt(alpha), Math.sqrt(1 - alpha));
  }

  /** The numbers of a schedule; what is not given is Stable Diffusion 1.5's. */
  public static final class Builder {
    private int trainTimesteps = 1000;
    private double betaStart = 0.00085;
    private double betaEnd = 0.012;
    private BetaSchedule betaSchedule = BetaSchedule.SCALED_LINEAR;
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
      float[] alphasCumprod =
          cumulativeProduct(Betas.of(betaSchedule, betaStart, betaEnd, trainTimesteps));
      if (zeroTerminalSnr) {
        alphasCumprod = cumulativeProduct(Betas.rescaledToZeroSnr(alphasCumprod));
      }
      return new NoiseSchedule(alphasCumprod, predictionType);
    }

    private static double checkBeta(double beta) {
      if (!(beta > 0 && beta < 1)) {
        throw new IllegalArgumentException("beta must be between 0 and 1, not " + beta);
      }
      return beta;
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
  }
}
