package dev.atelier.models.pipeline;

import static dev.atelier.models.engine.ComputeDevice.scoped;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.atelier.models.engine.ComputeDevice;
import dev.atelier.models.nn.VaeEncoder;
import java.awt.image.BufferedImage;

/** From pixels to a latent. */
final class PictureReader {
  private static final int COLOURS = 3;

  private final ComputeDevice device;
  private final VaeEncoder vae;

  PictureReader(ComputeDevice device, VaeEncoder vae) {
    this.device = device;
    this.vae = vae;
  }

  /**
   * Encodes one picture.
   *
   * @param picture its width and height multiples of 8
   * @return float32 [1, 4, height / 8, width / 8] in the sampler's scale
   */
  NDArray read(NDManager manager, BufferedImage picture) {
    return scoped(() -> encoded(pixels(manager, picture)));
  }

  /**
   * What an inpainting UNet is shown beside the latent: the mask, and the latent of the picture
   * with grey where the mask is (diffusers {@code prepare_mask_latents}).
   *
   * @param mask float32 [1, 1, height / 8, width / 8], 1 where the picture is made anew
   * @return float32 [1, 5, height / 8, width / 8]
   */
  NDArray maskedChannels(NDManager manager, BufferedImage picture, NDArray mask) {
    return scoped(
        () -> {
          NDArray pixels = pixels(manager, picture);
          int scale = (int) (pixels.size(2) / mask.size(2));
          NDArray kept = mask.mul(-1).add(1).repeat(2, scale).repeat(3, scale);
          return mask.concat(encoded(pixels.mul(kept)), 1);
        });
  }

  private NDArray encoded(NDArray pixels) {
    NDArray latent = vae.encode(pixels.toType(device.dataType(), false));
    return latent.toType(DataType.FLOAT32, false).mul(vae.scalingFactor());
  }

  /** [1, 3, height, width], -1 to 1. */
  private static NDArray pixels(NDManager manager, BufferedImage picture) {
    int width = picture.getWidth();
    int height = picture.getHeight();
    int[] rgb = picture.getRGB(0, 0, width, height, null, 0, width);
    float[] values = new float[COLOURS * rgb.length];
    for (int i = 0; i < rgb.length; i++) {
      for (int c = 0; c < COLOURS; c++) {
        int level = rgb[i] >> 8 * (COLOURS - 1 - c) & 0xFF;
        values[c * rgb.length + i] = level / 127.5f - 1;
      }
    }
    return manager.create(values, new Shape(1, COLOURS, height, width));
  }
}
