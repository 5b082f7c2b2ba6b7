package dev.atelier.models.nn;

import static dev.atelier.models.engine.ComputeDevice.scoped;

import ai.djl.ndarray.NDArray;
import dev.atelier.models.weights.VaeConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** One level of the encoder: DownEncoderBlock2D. */
final class VaeDownBlock {
  private final List<ResnetBlock2D> resnets = new ArrayList<>();
  private final Optional<Conv2d> downsampler;

  VaeDownBlock(ModuleWeights weights, VaeConfig config) {
    for (int i = 0; i < config.layersPerBlock(); i++) {
      resnets.add(
          ResnetBlock2D.withoutTime(
              weights.at("resnets." + i), config.normNumGroups(), VaeMidBlock.EPS));
    }
    downsampler =
        weights.has("downsamplers.0.conv.weight")
            ? Optional.of(Conv2d.downsampleFromTopLeft(weights, "downsamplers.0.conv"))
            : Optional.empty();
  }

  /** [n, in, h, w] to [n, out, h / 2, w / 2]; the last level keeps height and width. */
  NDArray forward(NDArray input) {
    return scoped(
        () -> {
          NDArray x = input;
          for (ResnetBlock2D resnet : resnets) {
            NDArray before = x;
            x = resnet.forward(before);
            if (before != input) {
              before.close();
            }
          }
          return downsampler.isPresent() ? downsampler.get().forward(x) : x;
        });
  }
}
