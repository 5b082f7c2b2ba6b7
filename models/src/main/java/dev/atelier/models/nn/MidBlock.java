package dev.atelier.models.nn;

import ai.djl.ndarray.NDArray;
import dev.atelier.models.weights.UNetConfig;

/** The UNet's middle: UNetMidBlock2DCrossAttn. */
final class MidBlock {
  private final ResnetBlock2D first;
  private final Transformer2D attention;
  private final ResnetBlock2D second;

  MidBlock(ModuleWeights weights, UNetConfig config) {
    int groups = config.normNumGroups();
    int heads = config.attentionHeads().get(config.levels() - 1);
    first = ResnetBlock2D.withTime(weights.at("resnets.0"), groups, config.normEps());
    attention = new Transformer2D(weights.at("attentions.0"), heads, groups);
    second = ResnetBlock2D.withTime(weights.at("resnets.1"), groups, config.normEps());
  }

  NDArray forward(NDArray x, NDArray time, NDArray context) {
    return second.forward(attention.forward(first.forward(x, time), context), time);
  }
}
