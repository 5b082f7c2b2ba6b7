package dev.atelier.models.nn;

import ai.djl.ndarray.NDArray;
import dev.atelier.models.engine.Layers;
import java.util.ArrayList;
import java.util.List;

/**
 * Two times group norm, SiLU and 3×3 convolution beside a shortcut; in the UNet the time embedding
 * is added between the two (diffusers: models/resnet.py).
 */
final class ResnetBlock2D {
  private final Layers layers;
  private final LayerWeights parameters;
  private final int groups;
  private final double eps;

  private ResnetBlock2D(ModuleWeights weights, List<String> modules, int groups, double eps) {
    if (weights.has("conv_shortcut.weight")) {
      modules.add("conv_shortcut");
    }
    this.layers = weights.layers();
    this.parameters = weights.takeModules(modules.toArray(String[]::new));
    this.groups = groups;
    this.eps = eps;
  }

  /** A block of the UNet, which knows the time. */
  static ResnetBlock2D withTime(ModuleWeights weights, int groups, double eps) {
    var modules = new ArrayList<>(List.of("norm1", "conv1", "time_emb_proj", "norm2", "conv2"));
    return new ResnetBlock2D(weights, modules, groups, eps);
  }

  /** A block of the autoencoder, which has no time. */
  static ResnetBlock2D withoutTime(ModuleWeights weights, int groups, double eps) {
    var modules = new ArrayList<>(List.of("norm1", "conv1", "norm2", "conv2"));
    return new ResnetBlock2D(weights, modules, groups, eps);
  }

  /** [n, in, h, w] and the time embedding [n, d], behind its SiLU, to [n, out, h, w]. */
  NDArray forward(NDArray x, NDArray timeEmbedding) {
    return layers.call("resnet_block_2d", x, timeEmbedding, parameters.fitting(x), groups, eps);
  }

  /** [n, in, h, w] to [n, out, h, w]. */
  NDArray forward(NDArray x) {
    return layers.call("vae_resnet_block_2d", x, parameters.fitting(x), groups, eps);
  }
}
