package dev.atelier.models.nn;

import static dev.atelier.models.engine.ComputeDevice.scoped;

import ai.djl.ndarray.NDArray;
import dev.atelier.models.weights.VaeConfig;
import java.util.Optional;

/** One level of the encoder: DownEncoderBlock2D. */
final class VaeDownBlock {
  private final VaeResnets resnets;
  private final Optional<Conv2d> downsampler;

  VaeDownBlock(ModuleWeights weights, VaeConfig config) {
    resnets = new VaeResnets(weights, config.layersPerBlock(), config);
    downsampler =
        weights.has("downsamplers.0.conv.weight")
            ? Optional.of(Conv2d.downsampleFromTopLeft(weights, "downsamplers.0.conv"))
            : Optional.empty();
  }

  /** [n, in, h, w] to [n, out, h / 2, w / 2]; the last level keeps height and width. */
  NDArray forward(NDArray input) {
    return scoped(
        () -> {
          NDArray x = resnets.forward(input);
          return downsampler.isPresent() ? downsampler.get().forward(x) : x;
        });
  }

  /** {@link #forward(NDArray)} band by band; frees {@code input}. */
  Bands forward(Bands input) {
    Bands x = resnets.forward(input);
    return downsampler.isPresent() ? downsampler.get().forward(x) : x;
  }
}
