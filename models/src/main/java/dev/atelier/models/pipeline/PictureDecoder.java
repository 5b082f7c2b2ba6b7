package dev.atelier.models.pipeline;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDScope;
import dev.atelier.models.engine.ComputeDevice;
import dev.atelier.models.nn.VaeDecoder;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;

/** From a finished latent to pixels. */
final class PictureDecoder {
  private final ComputeDevice device;
  private final VaeDecoder vae;

  PictureDecoder(ComputeDevice device, VaeDecoder vae) {
    this.device = device;
    this.vae = vae;
  }

  /**
   * Decodes one picture.
   *
   * @param latent float32 [1, 4, h, w] in the sampler's scale
   * @return 8h by 8w pixels, sRGB
   */
  BufferedImage decode(NDArray latent) {
    try (var scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      NDArray scaled = latent.div(vae.scalingFactor()).toType(device.dataType(), false);
      NDArray pixels = device.layers().call("to_pixels", vae.decode(scaled));
      int height = (int) pixels.size(1);
      int width = (int) pixels.size(2);
      return rgb(pixels.toByteArray(), width, height);
    }
  }

  private static BufferedImage rgb(byte[] pixels, int width, int height) {
    var image = new BufferedImage(width, height, BufferedImage.TYPE_3BYTE_BGR);
    byte[] bgr = ((DataBufferByte) image.getRaster().getDataBuffer()).getData();
    for (int i = 0; i < pixels.length; i += 3) {
      bgr[i] = pixels[i + 2];
      bgr[i + 1] = pixels[i + 1];
      bgr[i + 2] = pixels[i];
    }
    return image;
  }
}
