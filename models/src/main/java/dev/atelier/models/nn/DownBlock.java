package dev.atelier.models.nn;

import ai.djl.ndarray.NDArray;
import dev.atelier.models.weights.UNetConfig;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * One level of the UNet's way down: DownBlock2D, or CrossAttnDownBlock2D where it has attention.
 */
final class DownBlock {
  private final List<ResnetBlock2D> resnets = new ArrayList<>();
  private final List<Transformer2D> attentions = new ArrayList<>();
  private final Optional<Conv2d> downsampler;

  DownBlock(ModuleWeights weights, UNetConfig config, int level) {
    int groups = config.normNumGroups();
    boolean attends = config.downAttention().get(level);
    for (int i = 0; i < config.layersPerBlock().get(level); i++) {
      resnets.add(ResnetBlock2D.withTime(weights.at("resnets." + i), groups, config.normEps()));
      if (attends) {
        attentions.add(
            new Transformer2D(
                weights.at("attentions." + i), config.attentionHeads().get(level), groups));
      }
    }
    downsampler =
        weights.has("downsamplers.0.conv.weight")
            ? Optional.of(Conv2d.downsample(weights, "downsamplers.0.conv"))
            : Optional.empty();
  }

  /** Pushes every layer's output on {@code skips}, for the way up. */
  NDArray forward(NDArray input, NDArray time, NDArray context, Deque<NDArray> skips) {
    NDArray x = input;
    for (int i = 0; i < resnets.size(); i++) {
      x = resnets.get(i).forward(x, time);
      if (!attentions.isEmpty()) {
        NDArray resnetOutput = x;
        x = attentions.get(i).forward(x, context);
        resnetOutput.close();
      }
      skips.push(x);
    }
    if (downsampler.isPresent()) {
      x = downsampler.get().forward(x);
      skips.push(x);
    }
    return x;
  }
}
