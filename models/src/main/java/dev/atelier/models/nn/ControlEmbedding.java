package dev.atelier.models.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import dev.atelier.models.engine.Layers;
import java.util.ArrayList;
import java.util.List;

/**
 * What a ControlNet sees its control picture with: convolutions down to the latent's resolution
 * (diffusers: ControlNetConditioningEmbedding).
 */
final class ControlEmbedding {
  private final Layers layers;
  private final List<LayerWeights> convolutions = new ArrayList<>();
  private final Conv2d out;

  /**
   * @param blocks convolutions between the first and the last; every second halves height and width
   */
  ControlEmbedding(ModuleWeights weights, int blocks) {
    layers = weights.layers();
    convolutions.add(weights.takeModules("conv_in"));
    for (int i = 0; i < blocks; i++) {
      convolutions.add(weights.takeModules("blocks." + i));
    }
    out = Conv2d.same3x3(weights, "conv_out");
  }

  /** [n, 3, 8h, 8w] of 0 to 1 to [n, c, h, w]. */
  NDArray forward(NDArray picture) {
    NDArray x = picture;
    for (int i = 0; i < convolutions.size(); i++) {
      int stride = i > 0 && i % 2 == 0 ? 2 : 1;
      Shape seen = x.getShape();
      NDArray before = x;
      x = layers.call("conv_silu", before, convolutions.get(i).fitting(seen, stride, 1), stride);
      if (before != picture) {
        before.close();
      }
    }
    return out.forward(x);
  }
}
