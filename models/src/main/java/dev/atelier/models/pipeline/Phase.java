package dev.atelier.models.pipeline;

/** What is being done for a picture. */
public enum Phase {
  /** Weights come into memory. */
  LOADING,
  /** The prompt goes through the text encoder, a picture to begin with through the VAE. */
  ENCODING,
  /** The sampler takes its steps. */
  SAMPLING,
  /** The VAE turns latents into pixels. */
  DECODING
}
