package dev.atelier.models.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import dev.atelier.models.engine.Layers;
import dev.atelier.models.engine.Parameters;

/** Nearest-neighbour upsampling and a 3×3 convolution. */
final class Upsample2D {
  private final Layers layers;
  private final LayerWeights parameters;

  Upsample2D(ModuleWeights weights) {
    this.layers = weights.layers();
    this.parameters = weights.takeModules("conv");
  }

  /**
   * [n, c, h, w] to [n, c, height, width]. The size is given because the way down rounds up: where
   * a level has an odd size, twice the level below it would be one too many.
   */
  NDArray forward(NDArray x, long height, long width) {
    Parameters fitting = parameters.fitting(new Shape(x.size(0), x.size(1), height, width));
    return layers.call("upsample_2d", x, fitting, (int) height, (int) width);
  }

  /** Twice the height and width, band by band; frees {@code x}. */
  Bands forward(Bands x) {
    var out = new Bands();
    x.drain(
        (rows, band, first, last) -> {
          band.close();
          // One of the two rows that each row beside the band becomes is enough for a 3×3 kernel.
          var seen = new Shape(rows.size(0), rows.size(1), 2 * rows.size(2) - 2, 2 * rows.size(3));
          out.add(layers.call("band_upsample_2d", rows, parameters.fitting(seen)));
        });
    return out;
  }
}
