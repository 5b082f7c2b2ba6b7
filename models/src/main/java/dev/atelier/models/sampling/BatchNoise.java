package dev.atelier.models.sampling;

/** Where the noise of a batch comes from. */
public enum BatchNoise {
  /**
   * Picture {@code i} has a generator of its own, seeded with {@code seed + i}, so that each
   * picture of a batch can be made again alone.
   */
  SEED_PLUS_INDEX,
  /**
   * One generator, seeded once, draws for the whole batch, as diffusers does for a single {@code
   * generator}.
   */
  ONE_GENERATOR
}
