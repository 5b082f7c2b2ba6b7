package dev.atelier.models.pipeline;

import ai.djl.ndarray.types.Shape;

/**
 * The size that a seed's noise is drawn at, where that is not the picture's own: what the seed
 * shows at that size is then in the middle of the picture. AUTOMATIC1111's "Resize seed from".
 *
 * @param width pixels, a multiple of 8, {@value ImageRequest#MIN_SIZE} to {@value
 *     ImageRequest#MAX_SIZE}
 * @param height pixels, a multiple of 8, {@value ImageRequest#MIN_SIZE} to {@value
 *     ImageRequest#MAX_SIZE}
 */
public record SeedResize(int width, int height) {
  public SeedResize {
    FieldCheck.size("seed_resize.width", "width to resize the seed from", width);
    FieldCheck.size("seed_resize.height", "height to resize the seed from", height);
  }

  /**
   * Shape of the noise to draw for latents of another one, {@code [n, 4, height / 8, width / 8]}.
   *
   * @param latents {@code [n, 4, h, w]}
   */
  Shape drawnFor(Shape latents) {
    return new Shape(latents.get(0), latents.get(1), height / 8, width / 8);
  }
}
