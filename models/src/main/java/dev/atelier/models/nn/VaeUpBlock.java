package dev.atelier.models.nn;

import static dev.atelier.models.engine.ComputeDevice.scoped;

import ai.djl.ndarray.NDArray;
import dev.atelier.models.weights.VaeConfig;
import java.util.Optional;

/** One level of the decoder: UpDecoderBlock2D. */
final class VaeUpBlock {
  private final VaeResnets resnets;
  private final Optional<Upsample2D> upsampler;

  VaeUpBlock(ModuleWeights weights, VaeConfig config) {
    resnets = new VaeResnets(weights, config.layersPerBlock() + 1, config);
    upsampler =
        weights.has("upsamplers.0.conv.weight")
            ? Optional.of(new Upsample2D(weights.at("upsamplers.0")))
            : Optional.empty();
  }

  /** [n, in, h, w] to [n, out, 2h, 2w]; the last level keeps height and width. */
  NDArray forward(NDArray input) {
    return scoped(
        () -> {
          NDArray x = resnets.forward(input);
          if (upsampler.isEmpty()) {
            return x;
          }
          return upsampler.get().forward(x, 2 * x.getShape().get(2), 2 * x.getShape().get(3));
        });
  }

  /** {@link #forward(NDArray)} band by band; frees {@code input}. */
  Bands forward(Bands input) {
    Bands x = resnets.forward(input);
    return upsampler.isPresent() ? upsampler.get().forward(x) : x;
  }
}
