package dev.atelier.models.pipeline;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.atelier.models.engine.ComputeDevice;
import dev.atelier.models.nn.VaeEncoder;
import dev.atelier.models.picture.Plane;
import dev.atelier.models.registry.Lease;
import dev.atelier.models.registry.ModelRegistry;
import java.awt.image.BufferedImage;
import java.util.Optional;

/** Reads pictures into latents; the VAE's encoder is leased for that long only. */
final class LeasedReader {
  private final ComputeDevice device;
  private final ModelRegistry registry;
  private final Checkpoint checkpoint;
  private final NDManager manager;

  LeasedReader(
      ComputeDevice device, ModelRegistry registry, Checkpoint checkpoint, NDManager manager) {
    this.device = device;
    this.registry = registry;
    this.checkpoint = checkpoint;
    this.manager = manager;
  }

  /** A picture's latent, float32 [1, 4, h, w] in the sampler's scale. */
  NDArray latent(BufferedImage picture) {
    try (Lease<VaeEncoder> vae = registry.lease(checkpoint.vaeEncoder())) {
      return new PictureReader(device, vae.model()).read(manager, picture);
    }
  }

  /** A mask for latents, float32 [1, 1, h, w]. */
  NDArray mask(Plane mask) {
    int scale = scale();
    return manager.create(
        mask.majority(scale), new Shape(1, 1, mask.height() / scale, mask.width() / scale));
  }

  /**
   * What an inpainting UNet is shown beside the latent; empty for any other UNet.
   *
   * @param mask as {@link #mask} gives it
   * @return float32 [n, 5, h, w]
   */
  Optional<NDArray> moreChannels(BufferedImage picture, NDArray mask, int n) {
    if (!checkpoint.files().inpainting()) {
      return Optional.empty();
    }
    try (Lease<VaeEncoder> vae = registry.lease(checkpoint.vaeEncoder())) {
      var reader = new PictureReader(device, vae.model());
      return Optional.of(reader.maskedChannels(manager, picture, mask).repeat(0, n));
    }
  }

  /**
   * The same where no picture is given or all of it is made anew: everything is masked.
   *
   * @param latent size of the latents
   */
  Optional<NDArray> moreChannels(PictureSize latent, int n) {
    if (!checkpoint.files().inpainting()) {
      return Optional.empty();
    }
    NDArray mask = manager.ones(new Shape(1, 1, latent.height(), latent.width()), DataType.FLOAT32);
    int scale = scale();
    return moreChannels(
        new BufferedImage(
            latent.width() * scale, latent.height() * scale, BufferedImage.TYPE_INT_RGB),
        mask,
        n);
  }

  /** Size of a picture's latent. */
  PictureSize latentSize(int width, int height) {
    return new PictureSize(width / scale(), height / scale());
  }

  private int scale() {
    return checkpoint.vae().scale();
  }
}
