package dev.atelier.models.pipeline;

import static dev.atelier.models.engine.ComputeDevice.scoped;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import dev.atelier.models.engine.ComputeDevice;
import dev.atelier.models.nn.UNet;
import java.util.Arrays;

/**
 * The UNet under classifier-free guidance: each picture goes through it once with the negative
 * prompt and once with the prompt, in one batch (Ho and Salimans, "Classifier-Free Diffusion
 * Guidance", 2022).
 */
final class GuidedUNet {
  private final ComputeDevice device;
  private final UNet unet;
  private final double scale;

  /**
   * @param scale guidance scale; 1 means no guidance
   */
  GuidedUNet(ComputeDevice device, UNet unet, double scale) {
    this.device = device;
    this.unet = unet;
    this.scale = scale;
  }

  /** Whether a guidance scale needs the negative prompt at all. */
  static boolean guides(double scale) {
    return scale > 1;
  }

  /**
   * The guided model output for pictures at one timestep.
   *
   * @param latent float32 [n, 4, h, w]
   * @param context hidden states of the prompts, [2n, tokens, d]: first the negative prompts; [n,
   *     tokens, d] without them when there is no guidance
   * @return float32 [n, 4, h, w]
   */
  NDArray predict(NDArray latent, float timestep, NDArray context) {
    return scoped(
        () -> {
          NDArray input = latent.toType(device.dataType(), false);
          if (guides(scale)) {
            input = input.concat(input);
          }
          var timesteps = new float[(int) input.size(0)];
          Arrays.fill(timesteps, timestep);
          NDArray output = unet.forward(input, timesteps, context).toType(DataType.FLOAT32, false);
          return guides(scale) ? device.layers().call("guidance", output, scale) : output;
        });
  }
}
