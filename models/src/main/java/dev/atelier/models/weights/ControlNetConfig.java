package dev.atelier.models.weights;

import java.util.List;

/**
 * The shape of a ControlNet: the fields of diffusers' {@code ControlNetModel} that those for Stable
 * Diffusion 1.5 use.
 *
 * @param unet the shape of the UNet whose way down and middle it repeats
 * @param embeddingChannels channels of what sees the control picture, at each of its resolutions,
 *     the picture's own first
 * @param blueFirst whether it was trained on control pictures with their channels turned round
 */
public record ControlNetConfig(
    UNetConfig unet, List<Integer> embeddingChannels, boolean blueFirst) {

  private enum ChannelOrder {
    rgb,
    bgr
  }

  /** Two convolutions lead from one resolution of the control picture to the next. */
  public int embeddingBlocks() {
    return 2 * (embeddingChannels.size() - 1);
  }

  /** Outputs of the UNet's way down that it adds to, the middle's not counted. */
  public int residuals() {
    return UNetBlocks.of(unet).residuals();
  }

  /**
   * Reads a {@code config.json}; absent fields have diffusers' defaults.
   *
   * @throws WeightsException when it describes a network of another kind
   */
  static ControlNetConfig read(ConfigReader config) {
    config.require("_class_name", "ControlNetModel");
    config.require("conditioning_channels", 3);
    config.require("global_pool_conditions", false);
    return new ControlNetConfig(
        UNetConfig.readWayDown(config),
        config.integers("conditioning_embedding_out_channels", List.of(16, 32, 96, 256), 1, 16384),
        config.choice(
                "controlnet_conditioning_channel_order",
                ChannelOrder.rgb,
                ChannelOrder.values(),
                Enum::name)
            == ChannelOrder.bgr);
  }
}
