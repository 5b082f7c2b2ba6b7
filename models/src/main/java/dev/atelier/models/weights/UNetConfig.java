package dev.atelier.models.weights;

import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * The shape of a UNet: the fields of diffusers' {@code UNet2DConditionModel} that Stable Diffusion
 * 1.5 and its relatives use. A "level" is a resolution; lists have one value a level, outermost
 * first.
 *
 * @param sampleSize side of the latents it was trained on, in latent pixels (64 for 512)
 * @param inChannels channels of its input
 * @param outChannels channels of its output
 * @param blockOutChannels channels of each level
 * @param downAttention whether a level's down block has cross-attention ({@code
 *     CrossAttnDownBlock2D} or {@code DownBlock2D})
 * @param upAttention the same for the up blocks, in their own order: lowest resolution first
 * @param layersPerBlock ResNet blocks of each level's down block; its up block has one more
 * @param transformerLayers transformer blocks in each attention of a level
 * @param attentionHeads heads of a level's attentions
 * @param crossAttentionDim width of the text embedding
 * @param normNumGroups groups of the group norms
 * @param normEps epsilon of the group norms of the ResNet blocks
 * @param useLinearProjection whether the transformers' projections are linear, not 1x1 convolutions
 * @param upcastAttention whether attention scores need fp32 when the rest is fp16
 * @param flipSinToCos whether the timestep embedding has its cosines first
 * @param freqShift shift of the timestep embedding's frequencies
 * @param downsamplePadding padding of the downsampling convolutions
 */
public record UNetConfig(
    int sampleSize,
    int inChannels,
    int outChannels,
    List<Integer> blockOutChannels,
    List<Boolean> downAttention,
    List<Boolean> upAttention,
    List<Integer> layersPerBlock,
    List<Integer> transformerLayers,
    List<Integer> attentionHeads,
    int crossAttentionDim,
    int normNumGroups,
    double normEps,
    boolean useLinearProjection,
    boolean upcastAttention,
    boolean flipSinToCos,
    int freqShift,
    int downsamplePadding) {

  private enum DownBlock {
    CrossAttnDownBlock2D,
    DownBlock2D
  }

  private enum UpBlock {
    CrossAttnUpBlock2D,
    UpBlock2D
  }

  /** Resolutions, the outermost included. */
  public int levels() {
    return blockOutChannels.size();
  }

  /**
   * Reads {@code unet/config.json}; absent fields have diffusers' defaults.
   *
   * @throws WeightsException when it is missing or damaged, or describes a network of another kind
   */
  public static UNetConfig read(Path file) {
    return read(ConfigReader.open(file));
  }

  static UNetConfig read(ConfigReader config) {
    config.require("_class_name", "UNet2DConditionModel");
    var up =
        config.choices(
            "up_block_types",
            List.of(
                UpBlock.UpBlock2D,
                UpBlock.CrossAttnUpBlock2D,
                UpBlock.CrossAttnUpBlock2D,
                UpBlock.CrossAttnUpBlock2D),
            UpBlock.values(),
            Enum::name);
    return read(config, down -> up.stream().map(UpBlock.CrossAttnUpBlock2D::equals).toList());
  }

  /** The same of a network that has no way up of its own: one that mirrors its way down. */
  static UNetConfig readWayDown(ConfigReader config) {
    return read(config, UNetBlocks::mirrored);
  }

  /**
   * @param upAttention of the way down's attention
   */
  private static UNetConfig read(ConfigReader config, UnaryOperator<List<Boolean>> upAttention) {
    refuseOtherNetworks(config);
    List<Integer> channels =
        config.integers("block_out_channels", List.of(320, 640, 1280, 1280), 1, 16384);
    int levels = channels.size();
    var down =
        config.choices(
            "down_block_types",
            List.of(
                DownBlock.CrossAttnDownBlock2D,
                DownBlock.CrossAttnDownBlock2D,
                DownBlock.CrossAttnDownBlock2D,
                DownBlock.DownBlock2D),
            DownBlock.values(),
            Enum::name);
    List<Boolean> downAttention =
        down.stream().map(DownBlock.CrossAttnDownBlock2D::equals).toList();
    // What diffusers calls attention_head_dim is the number of heads unless num_attention_heads is
    // there as well (huggingface/diffusers#2011); no Stable Diffusion 1.5 file has that.
    String heads = config.has("num_attention_heads") ? "num_attention_heads" : "attention_head_dim";
    var result =
        new UNetConfig(
            config.integer("sample_size", 64, 1, 1024),
            config.integer("in_channels", 4, 1, 64),
            config.integer("out_channels", 4, 1, 64),
            channels,
            downAttention,
            upAttention.apply(downAttention),
            config.integersOrOne("layers_per_block", 2, levels, 1, 16),
            config.integersOrOne("transformer_layers_per_block", 1, levels, 1, 16),
            config.integersOrOne(heads, 8, levels, 1, 1024),
            config.integer("cross_attention_dim", 1280, 1, 16384),
            config.integer("norm_num_groups", 32, 1, 1024),
            config.number("norm_eps", 1e-5),
            config.flag("use_linear_projection", false),
            config.flag("upcast_attention", false),
            config.flag("flip_sin_to_cos", true),
            config.integer("freq_shift", 0, 0, 16),
            config.integer("downsample_padding", 1, 0, 1));
    result.check(config::fault);
    return result;
  }

  private static void refuseOtherNetworks(ConfigReader config) {
    config.requireNothing(
        "class_embed_type",
        "addition_embed_type",
        "encoder_hid_dim",
        "encoder_hid_dim_type",
        "num_class_embeds",
        "time_cond_proj_dim",
        "timestep_post_act",
        "time_embedding_act_fn",
        "time_embedding_dim",
        "cross_attention_norm",
        "reverse_transformer_layers_per_block");
    config.require("act_fn", "silu");
    config.require("attention_type", "default");
    config.require("center_input_sample", false);
    config.require("conv_in_kernel", 3);
    config.require("conv_out_kernel", 3);
    config.require("dual_cross_attention", false);
    config.require("mid_block_type", "UNetMidBlock2DCrossAttn");
    config.require("only_cross_attention", false);
    config.require("resnet_skip_time_act", false);
    config.require("resnet_time_scale_shift", "default");
    config.require("time_embedding_type", "positional");
    for (String scale : List.of("mid_block_scale_factor", "resnet_out_scale_factor")) {
      if (config.number(scale, 1) != 1) {
        throw config.fault(scale + " is not 1, but no Stable Diffusion 1.5 network has another.");
      }
    }
  }

  /** Throws what {@code fault} makes of a sentence when the fields do not fit each other. */
  void check(Function<String, WeightsException> fault) {
    for (List<?> list :
        List.of(downAttention, upAttention, layersPerBlock, transformerLayers, attentionHeads)) {
      if (list.size() != levels()) {
        throw fault.apply(
            "its lists of blocks, layers and heads are not all as long as block_out_channels.");
      }
    }
    for (int level = 0; level < levels(); level++) {
      int channels = blockOutChannels.get(level);
      boolean attends =
          downAttention.get(level)
              || upAttention.get(levels() - 1 - level)
              || level == levels() - 1; // The mid block always attends, with the last level's.
      if (attends && channels % attentionHeads.get(level) != 0) {
        throw fault.apply("its attention heads do not divide block_out_channels.");
      }
      if (channels % normNumGroups != 0) {
        throw fault.apply("norm_num_groups does not divide block_out_channels.");
      }
    }
  }
}
