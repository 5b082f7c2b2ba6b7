package dev.atelier.models.nn;

import ai.djl.ndarray.NDArray;
import dev.atelier.models.engine.Layers;

/** The autoencoder's middle: one-headed self-attention between two residual blocks. */
final class VaeMidBlock {
  /** The autoencoder's group norms do not read it from their configuration. */
  static final double EPS = 1e-6;

  private final Layers layers;
  private final ResnetBlock2D first;
  private final LayerWeights attention;
  private final ResnetBlock2D second;
  private final int groups;

  VaeMidBlock(ModuleWeights weights, int groups) {
    this.layers = weights.layers();
    this.groups = groups;
    first = ResnetBlock2D.withoutTime(weights.at("resnets.0"), groups, EPS);
    attention =
        weights.at("attentions.0").takeModules("group_norm", "to_q", "to_k", "to_v", "to_out.0");
    second = ResnetBlock2D.withoutTime(weights.at("resnets.1"), groups, EPS);
  }

  NDArray forward(NDArray x) {
    NDArray attended = layers.call("vae_attention", first.forward(x), attention.get(), groups, EPS);
    return second.forward(attended);
  }
}
