package dev.atelier.models.sampling;

import ai.djl.ndarray.NDArray;

/**
 * Shows a model that was trained on latents of unit variance to the solvers of Karras et al.
 * (2022), which work on {@code x0 + sigma * noise}: table 1, column VP. k-diffusion calls it {@code
 * DiscreteEpsDDPMDenoiser}.
 *
 * @param prediction what the model predicts
 * @param levels the run's noise levels
 */
record Denoiser(Prediction prediction, NoiseLevels levels) {
  /** The model's input for a latent at a level. */
  NDArray input(NDArray latent, int level) {
    return latent.mul(levels.alpha(level));
  }

  /** The latent without noise that the model's output for {@link #input} stands for. */
  NDArray sample(NDArray latent, NDArray output, int level) {
    try (NDArray input = input(latent, level)) {
      return prediction.sample(input, output, levels.alpha(level), levels.noiseShare(level));
    }
  }
}
