package dev.atelier.models.nn;

import ai.djl.ndarray.NDArray;
import dev.atelier.models.engine.ComputeDevice;
import dev.atelier.models.engine.PassRecorder;
import dev.atelier.models.registry.HostCopy;
import dev.atelier.models.registry.Model;
import dev.atelier.models.weights.UNetConfig;
import dev.atelier.models.weights.WeightSource;
import dev.atelier.models.weights.WeightsException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The network that predicts the noise in a latent: a way down, a middle and a way up that meets the
 * way down's outputs again (diffusers: UNet2DConditionModel).
 */
public final class UNet implements Model {
  private final ModuleWeights weights;
  private final UNetConfig config;
  private final Conv2d convIn;
  private final TimeEmbedding timeEmbedding;
  private final List<DownBlock> downBlocks = new ArrayList<>();
  private final MidBlock midBlock;
  private final List<UpBlock> upBlocks = new ArrayList<>();
  private final NormOut out;
  private final PassRecorder recorder;

  private UNet(ModuleWeights weights, UNetConfig config) {
    check(weights.file(), config);
    this.weights = weights;
    this.config = config;
    convIn = Conv2d.same3x3(weights, "conv_in");
    timeEmbedding =
        new TimeEmbedding(weights.at("time_embedding"), config.blockOutChannels().get(0));
    int levels = config.levels();
    for (int i = 0; i < levels; i++) {
      downBlocks.add(new DownBlock(weights.at("down_blocks." + i), config, i));
    }
    midBlock = new MidBlock(weights.at("mid_block"), config);
    for (int i = 0; i < levels; i++) {
      upBlocks.add(new UpBlock(weights.at("up_blocks." + i), config, levels - 1 - i));
    }
    out = new NormOut(weights, config.normNumGroups(), config.normEps());
    recorder = new PassRecorder(weights.device());
  }

  /**
   * Loads the network onto {@code device}.
   *
   * @param files opens its weights; also called by {@link #forward} when an input of another shape
   *     needs them in another order
   * @throws dev.atelier.models.weights.WeightsException when a weight is missing
   */
  public static UNet load(Supplier<WeightSource> files, UNetConfig config, ComputeDevice device) {
    return ModuleWeights.building(files, device, weights -> new UNet(weights, config));
  }

  /** Refuses what no Stable Diffusion 1.5 network has, and what is therefore not built here. */
  static void check(Path file, UNetConfig config) {
    boolean known =
        config.transformerLayers().stream().allMatch(n -> n == 1)
            && !config.useLinearProjection()
            && config.flipSinToCos()
            && config.freqShift() == 0
            && config.downsamplePadding() == 1;
    if (!known) {
      throw new WeightsException(
          file,
          "its configuration is that of another kind of model; only Stable Diffusion 1.5 and models"
              + " made from it can be used.");
    }
  }

  /**
   * Predicts the noise. Call it inside an NDScope: what it makes on its way is freed.
   *
   * @param latent [n, 4, height / 8, width / 8]
   * @param timesteps one a picture, 0 to 999, fractions allowed
   * @param context the prompts' hidden states, [n, tokens, d]
   * @return the model's output, shaped like {@code latent}
   */
  public NDArray forward(NDArray latent, float[] timesteps, NDArray context) {
    return forward(latent, timesteps, context, List.of());
  }

  /**
   * The same with something added to what the way down and the middle give to the way up.
   *
   * @param residuals one for each output of the way down, then the middle's, each [1 or n, c, h, w]
   *     as the output is: what {@link ControlNet#forward} gives; or none
   */
  public NDArray forward(
      NDArray latent, float[] timesteps, NDArray context, List<NDArray> residuals) {
    return weights.forward(
        () -> {
          List<NDArray> inputs = new ArrayList<>();
          Collections.addAll(inputs, latent, timeEmbedding.sinusoid(timesteps), context);
          inputs.addAll(residuals);
          return recorder.run(
              inputs,
              given ->
                  predict(
                      given.get(0), given.get(1), given.get(2), given.subList(3, given.size())));
        });
  }

  private NDArray predict(
      NDArray latent, NDArray sinusoid, NDArray context, List<NDArray> residuals) {
    NDArray time = timeEmbedding.forward(sinusoid);
    Deque<NDArray> skips = new ArrayDeque<>();
    NDArray x = convIn.forward(latent);
    skips.push(x);
    for (DownBlock block : downBlocks) {
      x = block.forward(x, time, context, skips);
    }
    x = midBlock.forward(x, time, context);
    if (!residuals.isEmpty()) {
      skips = added(skips, residuals);
      x = weights.layers().call("add", x, residuals.get(residuals.size() - 1));
    }
    for (UpBlock block : upBlocks) {
      x = block.forward(x, time, context, skips);
    }
    return out.forward(x);
  }

  /** Frees {@code skips}. */
  private Deque<NDArray> added(Deque<NDArray> skips, List<NDArray> residuals) {
    Deque<NDArray> sums = new ArrayDeque<>();
    for (int i = 0; !skips.isEmpty(); i++) {
      NDArray skip = skips.removeLast(); // the first one pushed
      sums.push(weights.layers().call("add", skip, residuals.get(i)));
      skip.close();
    }
    return sums;
  }

  /**
   * Uses the network with other weights until the result is closed.
   *
   * @throws RuntimeException whatever reading and adding throw; the weights are as on disk then
   */
  public Patched patched(WeightPatch patch) {
    return weights.patched(patch);
  }

  @Override
  public long bytes() {
    return weights.bytes();
  }

  @Override
  public Optional<HostCopy> offload() {
    recorder.close(); // the weights leave their place
    return weights.offload(files -> load(files, config, weights.device()));
  }

  @Override
  public void close() {
    recorder.close();
    weights.close();
  }
}
