package dev.atelier.models.sampling;

import ai.djl.ndarray.NDArray;

/** In which scale a solver keeps a latent that is part signal and part noise. */
enum LatentScale {
  /**
   * {@code x0 + sigma * noise}; the model is shown it divided by its standard deviation: Karras et
   * al. (2022), table 1, column VP; k-diffusion {@code DiscreteEpsDDPMDenoiser}.
   */
  UNIT_SIGNAL {
    @Override
    double initNoiseSigma(NoiseLevels levels) {
      return levels.sigma(0);
    }

    @Override
    double inputScale(NoiseLevels levels, int call) {
      return levels.alpha(call);
    }

    @Override
    LinearSum noised(NoiseLevels levels, int call, NDArray x0, NDArray noise) {
      return LinearSum.of(1, x0).plus(levels.sigma(call), noise);
    }
  },
  /** {@code alpha * x0 + sqrt(1 - alpha²) * noise}, as the model was trained. */
  UNIT_VARIANCE {
    @Override
    double initNoiseSigma(NoiseLevels levels) {
      return 1;
    }

    @Override
    double inputScale(NoiseLevels levels, int call) {
      return 1;
    }

    @Override
    LinearSum noised(NoiseLevels levels, int call, NDArray x0, NDArray noise) {
      return LinearSum.of(levels.alpha(call), x0).plus(levels.noiseShare(call), noise);
    }
  };

  /** What unit noise is multiplied with to make the first latent. */
  abstract double initNoiseSigma(NoiseLevels levels);

  /** What a latent is multiplied with before the model is shown it. */
  abstract double inputScale(NoiseLevels levels, int call);

  /** A latent with the noise of level {@code call}. */
  abstract LinearSum noised(NoiseLevels levels, int call, NDArray x0, NDArray noise);
}
