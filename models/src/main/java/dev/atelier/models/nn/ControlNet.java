package dev.atelier.models.nn;

import ai.djl.ndarray.NDArray;
import dev.atelier.models.engine.ComputeDevice;
import dev.atelier.models.registry.HostCopy;
import dev.atelier.models.registry.Model;
import dev.atelier.models.weights.ControlNetConfig;
import dev.atelier.models.weights.UNetConfig;
import dev.atelier.models.weights.WeightSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * A copy of a UNet's way down and middle that sees a control picture as well, and says what is to
 * be added to what the UNet's way down and middle give to its way up (Zhang et al., "Adding
 * Conditional Control to Text-to-Image Diffusion Models", arXiv:2302.05543; diffusers:
 * ControlNetModel).
 */
public final class ControlNet implements Model {
  private final ModuleWeights weights;
  private final ControlNetConfig config;
  private final Conv2d convIn;
  private final TimeEmbedding timeEmbedding;
  private final ControlEmbedding embedding;
  private final List<DownBlock> downBlocks = new ArrayList<>();
  private final MidBlock midBlock;

  /** The middle's comes last. */
  private final List<LayerWeights> residuals = new ArrayList<>();

  private ControlNet(ModuleWeights weights, ControlNetConfig config) {
    UNetConfig unet = config.unet();
    this.weights = weights;
    this.config = config;
    convIn = Conv2d.same3x3(weights, "conv_in");
    timeEmbedding = new TimeEmbedding(weights.at("time_embedding"), unet.blockOutChannels().get(0));
    embedding =
        new ControlEmbedding(weights.at("controlnet_cond_embedding"), config.embeddingBlocks());
    for (int i = 0; i < unet.levels(); i++) {
      downBlocks.add(new DownBlock(weights.at("down_blocks." + i), unet, i));
    }
    midBlock = new MidBlock(weights.at("mid_block"), unet);
    for (int i = 0; i < config.residuals(); i++) {
      residuals.add(weights.takeModules("controlnet_down_blocks." + i));
    }
    residuals.add(weights.takeModules("controlnet_mid_block"));
  }

  /**
   * Loads the network onto {@code device}.
   *
   * @param files opens its weights under canonical names
   * @throws dev.atelier.models.weights.WeightsException when a weight is missing, or it belongs to
   *     another kind of UNet
   */
  public static ControlNet load(
      Supplier<WeightSource> files, ControlNetConfig config, ComputeDevice device) {
    return ModuleWeights.building(
        files,
        device,
        weights -> {
          UNet.check(weights.file(), config.unet());
          return new ControlNet(weights, config);
        });
  }

  /**
   * What it sees of a control picture, the same for every step. Call it inside an NDScope.
   *
   * @param picture [1 or n, 3, 8h, 8w], red, green and blue of 0 to 1
   * @return [1 or n, c, h, w]
   */
  public NDArray embed(NDArray picture) {
    return weights.forward(() -> embedding.forward(config.blueFirst() ? picture.flip(1) : picture));
  }

  /**
   * What is to be added to the UNet's own. Call it inside an NDScope: what it makes on its way is
   * freed.
   *
   * @param latent [n, 4, h, w], as the UNet gets it
   * @param timesteps one a picture
   * @param context the prompts' hidden states, [n, tokens, d]
   * @param seen what {@link #embed} gave
   * @param scales what each is multiplied by, as many as {@link #scales} gives
   * @return one for each output of the way down, then the middle's: the last argument of {@link
   *     UNet#forward(NDArray, float[], NDArray, List)}
   */
  public List<NDArray> forward(
      NDArray latent, float[] timesteps, NDArray context, NDArray seen, List<Double> scales) {
    return weights.forwardAll(
        () -> {
          NDArray time = timeEmbedding.forward(timeEmbedding.sinusoid(timesteps));
          Deque<NDArray> outputs = new ArrayDeque<>();
          NDArray x = weights.layers().call("add", convIn.forward(latent), seen);
          outputs.push(x);
          for (DownBlock block : downBlocks) {
            x = block.forward(x, time, context, outputs);
          }
          outputs.push(midBlock.forward(x, time, context));
          List<NDArray> results = new ArrayList<>();
          while (!outputs.isEmpty()) {
            int i = results.size();
            NDArray output = outputs.removeLast(); // the first one pushed
            results.add(
                weights
                    .layers()
                    .call("scaled_conv", output, residuals.get(i).fitting(output), scales.get(i)));
          }
          return results;
        });
  }

  /**
   * How strongly each output counts.
   *
   * @param scale of all of them: diffusers' {@code controlnet_conditioning_scale}
   * @param guess whether the outer ones count less, from a tenth of the scale at the first to all
   *     of it in the middle, so that it can do without a prompt: the paper's guess mode, with
   *     diffusers' {@code logspace(-1, 0)}
   */
  public List<Double> scales(double scale, boolean guess) {
    int count = residuals.size();
    if (!guess) {
      return Collections.nCopies(count, scale);
    }
    List<Double> scales = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      scales.add(scale * Math.pow(10, (double) i / (count - 1) - 1));
    }
    return scales;
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
