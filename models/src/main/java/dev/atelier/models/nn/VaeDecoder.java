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

/** The half of the autoencoder that turns latents into pictures (diffusers: AutoencoderKL). */
public final class VaeDecoder implements Model {
  private final ModuleWeights weights;
  private final VaeConfig config;
  private final Conv2d postQuantConv;
  private final Conv2d convIn;
  private final VaeMidBlock midBlock;
  private final List<VaeUpBlock> upBlocks = new ArrayList<>();
  private final NormOut out;

  private VaeDecoder(ModuleWeights weights, VaeConfig config) {
    this.weights = weights;
    this.config = config;
    postQuantConv = Conv2d.pointwise(weights, "post_quant_conv");
    ModuleWeights decoder = weights.at("decoder");
    convIn = Conv2d.same3x3(decoder, "conv_in");
    midBlock = new VaeMidBlock(decoder.at("mid_block"), config.normNumGroups());
    for (int i = 0; i < config.blockOutChannels().size(); i++) {
      upBlocks.add(new VaeUpBlock(decoder.at("up_blocks." + i), config));
    }
    out = new NormOut(decoder, config.normNumGroups(), VaeMidBlock.EPS);
  }

  /**
   * Loads the decoder onto {@code device}.
   *
   * @param files opens its weights; also called by {@link #decode} when an input of another shape
   *     needs them in another order
   * @throws dev.atelier.models.weights.WeightsException when a weight is missing
   */
  public static VaeDecoder load(
      Supplier<WeightSource> files, VaeConfig config, ComputeDevice device) {
    return ModuleWeights.building(files, device, weights -> new VaeDecoder(weights, config));
  }

  /**
   * Decodes latents. Call it inside an NDScope: what it makes on its way is freed.
   *
   * @param latent [n, 4, height / 8, width / 8], already divided by {@link #scalingFactor()}
   * @return [n, 3, height, width], about -1 to 1
   */
  public NDArray decode(NDArray latent) {
    return decode(latent, Bands.rows(latent.size(2), latent.size(3)));
  }

  /**
   * @param rows of the latent that are decoded at a time
   */
  NDArray decode(NDArray latent, int rows) {
    return weights.forward(
        () -> {
          NDArray x = midBlock.forward(convIn.forward(postQuantConv.forward(latent)));
          return rows < x.size(2) ? up(Bands.of(x, rows)).whole() : up(x);
        });
  }

  private NDArray up(NDArray middle) {
    NDArray x = middle;
    for (VaeUpBlock block : upBlocks) {
      NDArray input = x;
      x = block.forward(input);
      input.close();
    }
    return out.forward(x);
  }

  private Bands up(Bands middle) {
    Bands x = middle;
    for (VaeUpBlock block : upBlocks) {
      x = block.forward(x);
    }
    return out.forward(x);
  }

  /** What the sampler's latents are divided by before decoding; it gave them unit variance. */
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
