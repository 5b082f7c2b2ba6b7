package dev.atelier.models.pipeline;

/**
 * A little of another seed's noise in a picture's own. AUTOMATIC1111's variation seed.
 *
 * @param seed the other seed; picture {@code i} of a batch takes {@code seed + i}, while the own
 *     seed is the same for all
 * @param strength from the own noise, 0, to the other, 1
 */
public record Variation(long seed, double strength) {
  public Variation {
    FieldCheck.range("variation.seed", "The variation seed", 0, ImageRequest.MAX_SEED, seed);
    FieldCheck.strength("variation.strength", strength);
  }
}
