package dev.atelier.models.nn;

import ai.djl.ndarray.NDArray;
import dev.atelier.models.engine.Layers;
import dev.atelier.models.engine.Parameters;

/** A network's last layers: group norm, SiLU and a 3×3 convolution. */
final class NormOut {
  private final Layers layers;
  private final LayerWeights parameters;
  private final int groups;
  private final double eps;

  NormOut(ModuleWeights weights, int groups, double eps) {
    this.layers = weights.layers();
    this.parameters = weights.takeModules("conv_norm_out", "conv_out");
    this.groups = groups;
    this.eps = eps;
  }

  /** [n, c, h, w] to [n, out, h, w]. */
  NDArray forward(NDArray x) {
    return layers.call("norm_out", x, parameters.fitting(x), groups, eps);
  }

  /** {@link #forward(NDArray)} band by band; frees {@code x}. */
  Bands forward(Bands x) {
    NDArray affine = x.affine(layers, parameters.get(), 0, groups, eps);
    var out = new Bands();
    x.drain(
        (rows, band, first, last) -> {
          band.close();
          Parameters p = parameters.fitting(rows);
          out.add(layers.call("band_norm_conv", rows, affine, p, 2, first, last));
        });
    return out;
  }
}
