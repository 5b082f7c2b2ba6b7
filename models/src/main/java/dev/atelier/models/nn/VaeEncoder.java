package dev.atelier.models.nn;

import ai.djl.ndarray.NDArray;
import dev.atelier.models.engine.ComputeDevice;
import dev.atelier.models.registry.HostCopy;
import dev.atelier.models.registry.Model;
import dev.atelier.models.weights.VaeConfig;
import dev.atelier.models.weights.WeightSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** The half of the autoencoder that turns pictures into latents (diffusers: AutoencoderKL). */
public final class VaeEncoder implements Model {
  private final ModuleWeights weights;
  private final VaeConfig config;
  private final Conv2d convIn;
  private final List<VaeDownBlock> downBlocks = new ArrayList<>();
  private final VaeMidBlock midBlock;
  private final NormOut out;
  private final Optional<Conv2d> quantConv;

  private VaeEncoder(ModuleWeights weights, VaeConfig config) {
    this.weights = weights;
    this.config = config;
    ModuleWeights encoder = weights.at("encoder");
    convIn = Conv2d.same3x3(encoder, "conv_in");
    for (int i = 0; i < config.blockOutChannels().size(); i++) {
      downBlocks.add(new VaeDownBlock(encoder.at("down_blocks." + i), config));
    }
    midBlock = new VaeMidBlock(encoder.at("mid_block"), config.normNumGroups());
    out = new NormOut(encoder, config.normNumGroups(), VaeMidBlock.EPS);
    quantConv =
        config.useQuantConv()
            ? Optional.of(Conv2d.pointwise(weights, "quant_conv"))
            : Optional.empty();
  }

  /** Whether a tensor of the autoencoder belongs to this half of it. */
  public static boolean has(String tensor) {
    return tensor.startsWith("encoder.") || tensor.startsWith("quant_conv.");
  }

  /**
   * Loads the encoder onto {@code device}.
   *
   * @param files opens its weights; also called by {@link #encode} when an input of another shape
   *     needs them in another order
   * @throws dev.atelier.models.weights.WeightsException when a weight is missing
   */
  public static VaeEncoder load(
      Supplier<WeightSource> files, VaeConfig config, ComputeDevice device) {
    return ModuleWeights.building(files, device, weights -> new VaeEncoder(weights, config));
  }

  /**
   * The latents that pictures most likely have: the mean of the distribution that the encoder
   * gives, not yet multiplied by {@link #scalingFactor()}. Its variance, some hundredths of the
   * latents' own, is left out, so that a picture has one latent and a seed's noise is all spent on
   * the sampler. Call it inside an NDScope: what it makes on its way is freed.
   *
   * @param pictures [n, 3, height, width], -1 to 1
   * @return [n, 4, height / 8, width / 8]
   */
  public NDArray encode(NDArray pictures) {
    return weights.forward(() -> moments(pictures).split(2, 1).get(0));
  }

  /** Mean and logarithm of the variance, [n, 2 × 4, height / 8, width / 8]. */
  NDArray moments(NDArray pictures) {
    int scale = 1 << downBlocks.size() - 1;
    return moments(pictures, Bands.rows(pictures.size(2) / scale, pictures.size(3) / scale));
  }

  /**
   * @param rows of the latent that are made at a time
   */
  NDArray moments(NDArray pictures, int rows) {
    int pixels = rows << downBlocks.size() - 1;
    return weights.forward(
        () -> {
          NDArray down =
              pixels < pictures.size(2) ? down(Bands.of(pictures, pixels)).whole() : down(pictures);
          NDArray x = out.forward(midBlock.forward(down));
          return quantConv.isPresent() ? quantConv.get().forward(x) : x;
        });
  }

  private NDArray down(NDArray pictures) {
    NDArray x = convIn.forward(pictures);
    for (VaeDownBlock block : downBlocks) {
      NDArray input = x;
      x = block.forward(input);
      input.close();
    }
    return x;
  }

  private Bands down(Bands pictures) {
    Bands x = convIn.forward(pictures);
    for (VaeDownBlock block : downBlocks) {
      x = block.forward(x);
    }
    return x;
  }

  /** What latents are multiplied by to have unit variance, which samplers work with. */
  public double scalingFactor() {
    return config.scalingFactor();
  }

  @Override
  public long bytes() {
    return weights.bytes();
  }

  @Override
  public Optional<HostCopy> offload() {
    return weights.offload(files -> load(files, config, weights.device()));
  }

  @Override
  public void close() {
    weights.close();
  }
}
