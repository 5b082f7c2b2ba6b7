package dev.atelier.models.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import dev.atelier.models.engine.Layers;
import dev.atelier.models.engine.Parameters;

/** A convolution with bias. */
final class Conv2d {
  private final Layers layers;
  private final LayerWeights parameters;
  private final int stride;
  private final int padding;

  /** Rows and columns of zeros below and on the right. */
  private final int below;

  private Conv2d(ModuleWeights weights, String name, int stride, int padding, int below) {
    this.layers = weights.layers();
    this.parameters = weights.takeModules(name);
    this.stride = stride;
    this.padding = padding;
    this.below = below;
  }

  private Conv2d(ModuleWeights weights, String name, int stride, int padding) {
    this(weights, name, stride, padding, 0);
  }

  /** A 3×3 convolution that keeps height and width. */
  static Conv2d same3x3(ModuleWeights weights, String name) {
    return new Conv2d(weights, name, 1, 1);
  }

  /** A 3×3 convolution with stride 2: half the height and width, rounded up. */
  static Conv2d downsample(ModuleWeights weights, String name) {
    return new Conv2d(weights, name, 2, 1);
  }

  /**
   * A 3×3 convolution with stride 2 that pads below and on the right only, as the autoencoder's do:
   * half the height and width, rounded down.
   */
  static Conv2d downsampleFromTopLeft(ModuleWeights weights, String name) {
    return new Conv2d(weights, name, 2, 0, 1);
  }

  /** A 1×1 convolution. */
  static Conv2d pointwise(ModuleWeights weights, String name) {
    return new Conv2d(weights, name, 1, 0);
  }

  /** [n, in, h, w] to [n, out, h / stride, w / stride]. */
  NDArray forward(NDArray x) {
    var seen = new Shape(x.size(0), x.size(1), x.size(2) + below, x.size(3) + below);
    String function = below == 0 ? "conv_2d" : "conv_2d_padded_below";
    return layers.call(function, x, parameters.fitting(seen, stride, padding), stride, padding);
  }

  /** A 3×3 convolution, also one {@link #downsampleFromTopLeft}, band by band; frees {@code x}. */
  Bands forward(Bands x) {
    var out = new Bands();
    if (below == 0) {
      x.drain(
          (rows, band, first, last) -> {
            band.close();
            out.add(
                layers.call(
                    "band_conv", rows, parameters.fitting(rows.getShape(), stride, padding)));
          });
    } else {
      x.drainWithRowBelow(
          (rows, band, first, last) -> {
            band.close();
            var seen = new Shape(rows.size(0), rows.size(1), rows.size(2), rows.size(3) + below);
            Parameters p = parameters.fitting(seen, stride, padding);
            out.add(layers.call("band_conv_padded_right", rows, p));
          });
    }
    return out;
  }
}
