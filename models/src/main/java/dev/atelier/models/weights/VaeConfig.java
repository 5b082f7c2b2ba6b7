package dev.atelier.models.weights;

import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;

/**
 * The shape of a VAE: the fields of diffusers' {@code AutoencoderKL}.
 *
 * @param inChannels channels of the pictures it encodes
 * @param outChannels channels of the pictures it decodes to
 * @param latentChannels channels of the latents
 * @param blockOutChannels channels of each level of the encoder, outermost first
 * @param layersPerBlock ResNet blocks of an encoder level; a decoder level has one more
 * @param normNumGroups groups of the group norms
 * @param scalingFactor what encoded latents are multiplied with, and decoded ones divided by
 * @param useQuantConv whether there is a 1x1 convolution after the encoder
 * @param usePostQuantConv whether there is a 1x1 convolution before the decoder
 * @param midBlockAttention whether the mid blocks have attention, with one head
 * @param forceUpcast whether it overflows in fp16
 */
public record VaeConfig(
    int inChannels,
    int outChannels,
    int latentChannels,
    List<Integer> blockOutChannels,
    int layersPerBlock,
    int normNumGroups,
    double scalingFactor,
    boolean useQuantConv,
    boolean usePostQuantConv,
    boolean midBlockAttention,
    boolean forceUpcast) {

  private enum DownBlock {
    DownEncoderBlock2D
  }

  private enum UpBlock {
    UpDecoderBlock2D
  }

  /** Picture pixels a side of one latent pixel: 8 for Stable Diffusion. */
  public int scale() {
    return 1 << (blockOutChannels.size() - 1);
  }

  /**
   * Reads {@code vae/config.json}; absent fields have diffusers' defaults.
   *
   * @throws WeightsException when it is missing or damaged, or describes a network of another kind
   */
  public static VaeConfig read(Path file) {
    return read(ConfigReader.open(file));
  }

  static VaeConfig read(ConfigReader config) {
    config.require("_class_name", "AutoencoderKL");
    config.require("act_fn", "silu");
    config.requireNothing("latents_mean", "latents_std", "shift_factor");
    List<Integer> channels = config.integers("block_out_channels", List.of(64), 1, 16384);
    var down =
        config.choices(
            "down_block_types",
            List.of(DownBlock.DownEncoderBlock2D),
            DownBlock.values(),
            Enum::name);
    var up =
        config.choices(
            "up_block_types", List.of(UpBlock.UpDecoderBlock2D), UpBlock.values(), Enum::name);
    if (down.size() != channels.size() || up.size() != channels.size()) {
      throw config.fault("its lists of blocks are not as long as block_out_channels.");
    }
    var result =
        new VaeConfig(
            config.integer("in_channels", 3, 1, 64),
            config.integer("out_channels", 3, 1, 64),
            config.integer("latent_channels", 4, 1, 64),
            channels,
            config.integer("layers_per_block", 1, 1, 16),
            config.integer("norm_num_groups", 32, 1, 1024),
            config.number("scaling_factor", 0.18215),
            config.flag("use_quant_conv", true),
            config.flag("use_post_quant_conv", true),
            config.flag("mid_block_add_attention", true),
            config.flag("force_upcast", true));
    result.check(config::fault);
    return result;
  }

  /** Throws what {@code fault} makes of a sentence when the fields do not fit each other. */
  void check(Function<String, WeightsException> fault) {
    if (blockOutChannels.stream().anyMatch(channels -> channels % normNumGroups != 0)) {
      throw fault.apply("norm_num_groups does not divide block_out_channels.");
    }
    if (scalingFactor <= 0) {
      throw fault.apply("scaling_factor is not above 0.");
    }
  }
}
