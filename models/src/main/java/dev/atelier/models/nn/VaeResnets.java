package dev.atelier.models.nn;

import ai.djl.ndarray.NDArray;
import dev.atelier.models.weights.VaeConfig;
import java.util.ArrayList;
import java.util.List;

/** The residual blocks of one level of the autoencoder, one after the other. */
final class VaeResnets {
  private final List<ResnetBlock2D> blocks = new ArrayList<>();

  VaeResnets(ModuleWeights level, int count, VaeConfig config) {
    for (int i = 0; i < count; i++) {
      blocks.add(
          ResnetBlock2D.withoutTime(
              level.at("resnets." + i), config.normNumGroups(), VaeMidBlock.EPS));
    }
  }

  /** [n, in, h, w] to [n, out, h, w]; what lies between is freed at once. */
  NDArray forward(NDArray input) {
    NDArray x = input;
    for (ResnetBlock2D block : blocks) {
      NDArray before = x;
      x = block.forward(before);
      if (before != input) {
        before.close();
      }
    }
    return x;
  }

  /** {@link #forward(NDArray)} band by band; frees {@code input}. */
  Bands forward(Bands input) {
    Bands x = input;
    for (ResnetBlock2D block : blocks) {
      x = block.forward(x);
    }
    return x;
  }
}
