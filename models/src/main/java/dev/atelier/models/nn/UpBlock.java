package dev.atelier.models.nn;

import static dev.atelier.models.engine.ComputeDevice.scoped;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import dev.atelier.models.engine.Layers;
import dev.atelier.models.weights.UNetConfig;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/** One level of the UNet's way up: UpBlock2D, or CrossAttnUpBlock2D where it has attention. */
final class UpBlock {
  private final Layers layers;
  private final List<ResnetBlock2D> resnets = new ArrayList<>();
  private final List<Transformer2D> attentions = new ArrayList<>();
  private final Optional<Upsample2D> upsampler;

  /**
   * @param level the level counted from the top, as the way down counts
   */
  UpBlock(ModuleWeights weights, UNetConfig config, int level) {
    layers = weights.layers();
    int groups = config.normNumGroups();
    boolean attends = config.upAttention().get(config.levels() - 1 - level);
    for (int i = 0; i <= config.layersPerBlock().get(level); i++) {
      resnets.add(ResnetBlock2D.withTime(weights.at("resnets." + i), groups, config.normEps()));
      if (attends) {
        attentions.add(
            new Transformer2D(
                weights.at("attentions." + i), config.attentionHeads().get(level), groups));
      }
    }
    upsampler =
        weights.has("upsamplers.0.conv.weight")
            ? Optional.of(new Upsample2D(weights.at("upsamplers.0")))
            : Optional.empty();
  }

  /** Pops one of {@code skips} for each layer and frees it. */
  NDArray forward(NDArray input, NDArray time, NDArray context, Deque<NDArray> skips) {
    NDArray x = input;
    for (int i = 0; i < resnets.size(); i++) {
      x = layer(i, x, skips.pop(), time, context);
    }
    if (upsampler.isPresent()) {
      Shape next = skips.element().getShape();
      NDArray low = x;
      x = upsampler.get().forward(low, next.get(2), next.get(3));
      low.close();
    }
    return x;
  }

  private NDArray layer(int i, NDArray x, NDArray skip, NDArray time, NDArray context) {
    return scoped(
        () -> {
          NDArray joined = layers.call("concat", x, skip);
          x.close();
          skip.close();
          NDArray y = resnets.get(i).forward(joined, time);
          return attentions.isEmpty() ? y : attentions.get(i).forward(y, context);
        });
  }
}
