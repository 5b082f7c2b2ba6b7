package dev.atelier.models.weights;

import ai.djl.ndarray.types.Shape;
import dev.atelier.models.weights.SchedulerConfig.BetaSchedule;
import dev.atelier.models.weights.SchedulerConfig.PredictionType;
import dev.atelier.models.weights.SchedulerConfig.TimestepSpacing;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * The configurations of a single file, which has none: what the shapes of its tensors say, and for
 * the rest what CompVis/stable-diffusion's {@code configs/stable-diffusion/v1-inference.yaml} and
 * the code it names say of every Stable Diffusion 1 model.
 */
final class LdmConfigs {
  /** {@code num_heads}. */
  private static final int UNET_HEADS = 8;

  /** {@code image_size}. */
  private static final int SAMPLE_SIZE = 64;

  /** {@code Normalize} and {@code GroupNorm32}. */
  private static final int GROUPS = 32;

  /** {@code scale_factor}. */
  private static final double SCALING_FACTOR = 0.18215;

  /** Heads of {@code openai/clip-vit-large-patch14}, which FrozenCLIPEmbedder names. */
  private static final int CLIP_HEADS = 12;

  /** Channels of a head in every CLIP (openai/CLIP {@code clip/model.py}, build_model). */
  private static final int CLIP_HEAD_CHANNELS = 64;

  /** Tokens of CLIP's vocabulary, the only one that a single file can mean. */
  private static final int CLIP_TOKENS = 49408;

  private LdmConfigs() {}

  /**
   * The shape of a UNet.
   *
   * @param source its tensors under canonical names
   * @throws WeightsException when the shapes are not those of such a UNet
   */
  static UNetConfig unet(WeightSource source, UNetBlocks blocks) {
    return unet(source, blocks, size(source, "conv_out.weight", 0));
  }

  /**
   * The shape of the UNet for which a ControlNet is.
   *
   * @param source the ControlNet's tensors under canonical names
   * @throws WeightsException when the shapes are not those of such a ControlNet
   */
  static UNetConfig controlNet(WeightSource source, UNetBlocks blocks) {
    return unet(source, blocks, size(source, "conv_in.weight", 1));
  }

  private static UNetConfig unet(WeightSource source, UNetBlocks blocks, int outChannels) {
    int levels = blocks.layersPerBlock().size();
    List<Integer> channels = new ArrayList<>();
    for (int level = 0; level < levels; level++) {
      channels.add(size(source, "down_blocks." + level + ".resnets.0.conv1.weight", 0));
    }
    String attention = attention(blocks);
    Shape projection = source.info(attention + ".proj_in.weight").shape();
    var config =
        new UNetConfig(
            SAMPLE_SIZE,
            size(source, "conv_in.weight", 1),
            outChannels,
            List.copyOf(channels),
            blocks.downAttention(),
            blocks.upAttention(),
            blocks.layersPerBlock(),
            Collections.nCopies(levels, 1),
            Collections.nCopies(levels, UNET_HEADS),
            size(source, attention + ".transformer_blocks.0.attn2.to_k.weight", 1),
            GROUPS,
            1e-5,
            projection.dimension() == 2,
            false,
            true,
            0,
            1);
    config.check(fault -> new WeightsException(source.file(), fault));
    return config;
  }

  /** The mid block always attends. */
  private static String attention(UNetBlocks blocks) {
    int level = blocks.downAttention().indexOf(true);
    return level < 0 ? "mid_block.attentions.0" : "down_blocks." + level + ".attentions.0";
  }

  /**
   * The shape of a VAE, which may also come in diffusers' naming.
   *
   * @param source its tensors under canonical names
   */
  static VaeConfig vae(WeightSource source, VaeBlocks blocks) {
    List<Integer> channels = new ArrayList<>();
    for (int level = blocks.levels() - 1; level >= 0; level--) {
      channels.add(size(source, "decoder.up_blocks." + level + ".resnets.0.conv1.weight", 0));
    }
    boolean encodes = source.names().contains("encoder.conv_in.weight");
    int out = size(source, "decoder.conv_out.weight", 0);
    var config =
        new VaeConfig(
            encodes ? size(source, "encoder.conv_in.weight", 1) : out,
            out,
            size(source, "decoder.conv_in.weight", 1),
            List.copyOf(channels),
            blocks.layersPerBlock(),
            GROUPS,
            SCALING_FACTOR,
            source.names().contains("quant_conv.weight"),
            blocks.quantization(),
            source.names().contains("decoder.mid_block.attentions.0.to_q.weight"),
            true);
    config.check(fault -> new WeightsException(source.file(), fault));
    return config;
  }

  /**
   * The shape of a text encoder.
   *
   * @param source its tensors under canonical names
   */
  static ClipTextConfig textEncoder(WeightSource source, int layers) {
    int tokens = size(source, "embeddings.token_embedding.weight", 0);
    if (tokens < CLIP_TOKENS) {
      throw new WeightsException(
          source.file(),
          "its text encoder knows %d tokens but CLIP's vocabulary has %d; get the model as a"
                  .formatted(tokens, CLIP_TOKENS)
              + " diffusers folder with its tokenizer.");
    }
    int width = size(source, "embeddings.token_embedding.weight", 1);
    var config =
        new ClipTextConfig(
            tokens,
            width,
            size(source, "encoder.layers.0.mlp.fc1.weight", 0),
            layers,
            heads(width),
            size(source, "embeddings.position_embedding.weight", 0),
            ClipTextConfig.Activation.QUICK_GELU,
            1e-5);
    config.check(fault -> new WeightsException(source.file(), fault));
    return config;
  }

  /**
   * One head for 64 channels, so 12 for SD 1's 768. Narrow models, which are for tests, have the
   * most heads that divide both the 12 and their width.
   */
  private static int heads(int width) {
    if (width % CLIP_HEAD_CHANNELS == 0) {
      return width / CLIP_HEAD_CHANNELS;
    }
    int heads = CLIP_HEADS;
    while (width % heads != 0 || CLIP_HEADS % heads != 0) {
      heads--;
    }
    return heads;
  }

  /**
   * The noise schedule; how it is sampled is as diffusers has it for single files ({@code
   * loaders/single_file_utils.py}, SCHEDULER_DEFAULT_CONFIG).
   *
   * @param zeroSnr whether the betas are rescaled so that the last timestep is pure noise
   */
  static SchedulerConfig scheduler(PredictionType prediction, boolean zeroSnr) {
    return new SchedulerConfig(
        "PNDMScheduler",
        1000,
        0.00085,
        0.012,
        BetaSchedule.SCALED_LINEAR,
        prediction,
        1,
        // Rescaled betas only make sense where sampling begins at the last timestep (arXiv
        // 2305.08891, section 3.3).
        Optional.of(zeroSnr ? TimestepSpacing.TRAILING : TimestepSpacing.LEADING),
        Optional.of(false),
        Optional.of(true),
        zeroSnr);
  }

  static int size(WeightSource source, String name, int dimension) {
    Shape shape = source.info(name).shape();
    if (shape.dimension() <= dimension
        || shape.get(dimension) < 1
        || shape.get(dimension) > 1 << 20) {
      throw new WeightsException(
          source.file(),
          "its tensor "
              + SafetensorsHeader.quote(name)
              + " has the impossible shape "
              + shape
              + ".");
    }
    return (int) shape.get(dimension);
  }
}
