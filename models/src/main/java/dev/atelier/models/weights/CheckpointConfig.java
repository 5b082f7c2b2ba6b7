package dev.atelier.models.weights;

import java.nio.file.Path;

/**
 * The configurations of a checkpoint.
 *
 * @param unet the UNet's
 * @param vae the autoencoder's
 * @param textEncoder the text encoder's
 * @param scheduler the noise schedule's
 */
public record CheckpointConfig(
    UNetConfig unet, VaeConfig vae, ClipTextConfig textEncoder, SchedulerConfig scheduler) {

  /**
   * Checks that the networks belong together.
   *
   * @param path the checkpoint, for messages
   * @return this
   * @throws WeightsException when they do not
   */
  CheckpointConfig checked(Path path) {
    if (unet.useLinearProjection() || !unet.transformerLayers().stream().allMatch(n -> n == 1)) {
      throw new WeightsException(
          path,
          "its UNet is that of Stable Diffusion 2 or XL; only Stable Diffusion 1.5 and models made"
              + " from it can be used.");
    }
    int latent = vae.latentChannels();
    if (unet.outChannels() != latent
        || (unet.inChannels() != latent && unet.inChannels() != 2 * latent + 1)) {
      throw new WeightsException(
          path,
          "its UNet takes %d channels and gives %d where its VAE has %d; only text-to-image and"
                  .formatted(unet.inChannels(), unet.outChannels(), latent)
              + " inpainting checkpoints can be used.");
    }
    if (unet.crossAttentionDim() != textEncoder.hiddenSize()) {
      throw new WeightsException(
          path,
          "its text encoder is %d wide but its UNet expects %d; they belong to different models."
              .formatted(textEncoder.hiddenSize(), unet.crossAttentionDim()));
    }
    return this;
  }
}
