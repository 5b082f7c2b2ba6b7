package dev.atelier.models.nn;

import ai.djl.ndarray.NDArray;
import dev.atelier.models.engine.Layers;
import dev.atelier.models.engine.Parameters;
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
  private final boolean shortcut;

  private ResnetBlock2D(ModuleWeights weights, List<String> modules, int groups, double eps) {
    shortcut = weights.has("conv_shortcut.weight");
    if (shortcut) {
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

  /** {@link #forward(NDArray)} band by band; frees {@code x}. */
  Bands forward(Bands x) {
    NDArray affine = x.affine(layers, parameters.get(), 0, groups, eps);
    var h = new Bands();
    var onto = new Bands();
    x.drain(
        (rows, band, first, last) -> {
          Parameters p = parameters.fitting(rows);
          h.add(layers.call("band_norm_conv", rows, affine, p, 2, first, last));
          if (shortcut) {
            onto.add(layers.call("band_shortcut", rows, p, 8));
            band.close();
          } else {
            onto.add(band);
          }
        });
    NDArray affine2 = h.affine(layers, parameters.get(), 4, groups, eps);
    var out = new Bands();
    h.drain(
        (rows, band, first, last) -> {
          Parameters p = parameters.fitting(rows);
          NDArray onBand = onto.poll();
          out.add(layers.call("band_norm_conv_onto", rows, onBand, affine2, p, 6, first, last));
          onBand.close();
          band.close();
        });
    return out;
  }
}
