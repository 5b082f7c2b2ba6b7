package dev.atelier.models.pipeline;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.DataType;
import dev.atelier.models.engine.ComputeDevice;
import dev.atelier.models.nn.VaeDecoder;
import dev.atelier.models.registry.Lease;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;
import java.util.function.Supplier;

/** From a finished latent to pixels. */
final class PictureDecoder {
  private final ComputeDevice device;
  private final VaeDecoder vae;
  private final Supplier<Lease<VaeDecoder>> inFloat32;

  /**
   * @param inFloat32 leases the same network in fp32, for latents on which it leaves fp16's range:
   *     some autoencoders do, and the picture would be black
   */
  PictureDecoder(ComputeDevice device, VaeDecoder vae, Supplier<Lease<VaeDecoder>> inFloat32) {
    this.device = device;
    this.vae = vae;
    this.inFloat32 = inFloat32;
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
      return rgb(device, picture(latent.div(vae.scalingFactor())));
    }
  }

  /**
   * What a decoder made, as a picture. Call it inside an NDScope.
   *
   * @param picture [1, 3, height, width], -1 to 1; beyond that it is cut off
   */
  static BufferedImage rgb(ComputeDevice device, NDArray picture) {
    NDArray pixels = device.layers().call("to_pixels", picture);
    return rgb(pixels.toByteArray(), (int) pixels.size(2), (int) pixels.size(1));
  }

  /**
   * @param latent float32 in the autoencoder's scale
   */
  private NDArray picture(NDArray latent) {
    if (device.dataType() == DataType.FLOAT32) {
      return vae.decode(latent);
    }
    NDArray picture = vae.decode(latent.toType(device.dataType(), false));
    if (device.layers().call("all_finite", picture).getBoolean()) {
      return picture;
    }
    picture.close();
    try (Lease<VaeDecoder> precise = inFloat32.get()) {
      return precise.model().decode(latent);
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
