package dev.atelier.models.pipeline;

import static dev.atelier.models.engine.ComputeDevice.scoped;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import dev.atelier.models.engine.ComputeDevice;
import dev.atelier.models.nn.UNet;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * The UNet under classifier-free guidance: each picture goes through it once with the negative
 * prompt and once with each prompt, in one batch (Ho and Salimans, "Classifier-Free Diffusion
 * Guidance", 2022; for several prompts Liu et al., "Compositional Visual Generation with Composable
 * Diffusion Models", 2022, equation 12).
 */
final class GuidedUNet {
  private final ComputeDevice device;
  private final UNet unet;
  private final List<Double> scales;
  private final double rescale;
  private final Optional<NDArray> moreChannels;

  /**
   * @param scales guidance scale of each prompt; none means no guidance
   * @param rescale how far the guided output gets back the standard deviation that it has without
   *     guidance, 0 to 1: Lin et al., "Common Diffusion Noise Schedules and Sample Steps are
   *     Flawed" (2023), section 3.4; diffusers {@code rescale_noise_cfg}. Of several prompts that
   *     of their mean counts
   * @param moreChannels what an inpainting UNet is shown beside the latent, float32 [n, 5, h, w]:
   *     the mask and the latent of the picture without what it covers
   */
  GuidedUNet(
      ComputeDevice device,
      UNet unet,
      List<Double> scales,
      double rescale,
      Optional<NDArray> moreChannels) {
    this.device = device;
    this.unet = unet;
    this.scales = scales;
    this.rescale = rescale;
    this.moreChannels = moreChannels;
  }

  /**
   * The guided model output for pictures at one timestep.
   *
   * @param latent float32 [n, 4, h, w]
   * @param context hidden states of the prompts, [(p + 1) × n, tokens, d] for p prompts: first the
   *     negative one; [n, tokens, d] without it when there is no guidance
   * @return float32 [n, 4, h, w]
   */
  NDArray predict(NDArray latent, float timestep, NDArray context) {
    return scoped(
        () -> {
          NDArray shown = moreChannels.map(more -> latent.concat(more, 1)).orElse(latent);
          NDArray input = shown.toType(device.dataType(), false);
          if (!scales.isEmpty()) {
            input = NDArrays.concat(new NDList(Collections.nCopies(scales.size() + 1, input)));
          }
          var timesteps = new float[(int) input.size(0)];
          Arrays.fill(timesteps, timestep);
          NDArray output = unet.forward(input, timesteps, context).toType(DataType.FLOAT32, false);
          NDArray guided =
              switch (scales.size()) {
                case 0 -> output;
                case 1 -> device.layers().call("guidance", output, scales.get(0));
                default -> composed(output);
              };
          return scales.isEmpty() || rescale == 0
              ? guided
              : device.layers().call("rescale_guidance", guided, output, scales.size(), rescale);
        });
  }

  private NDArray composed(NDArray output) {
    NDList outputs = output.split(scales.size() + 1L);
    NDArray negative = outputs.get(0);
    NDArray sum = negative;
    for (int i = 0; i < scales.size(); i++) {
      sum = sum.add(outputs.get(i + 1).sub(negative).mul(scales.get(i).floatValue()));
    }
    return sum;
  }
}
