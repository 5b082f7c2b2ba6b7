package dev.atelier.models.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import dev.atelier.models.engine.ComputeDevice;
import dev.atelier.models.engine.Parameters;
import dev.atelier.models.registry.HostCopy;
import dev.atelier.models.registry.Model;
import dev.atelier.models.weights.PreviewDecoderFile;
import dev.atelier.models.weights.PreviewDecoderFile.Kind;
import dev.atelier.models.weights.WeightSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * A decoder that is small enough to draw a picture while it forms (diffusers: AutoencoderTiny, the
 * half that decodes; https://github.com/madebyollin/taesd).
 */
public final class PreviewDecoder implements Model {
  private final ModuleWeights weights;
  private final List<PreviewDecoderFile.Layer> layers;
  private final List<LayerWeights> parameters = new ArrayList<>();

  private PreviewDecoder(ModuleWeights weights, List<PreviewDecoderFile.Layer> layers) {
    this.weights = weights;
    this.layers = layers;
    ModuleWeights decoder = weights.at("decoder").at("layers");
    layers.forEach(layer -> parameters.add(decoder.take(layer.tensors())));
  }

  /**
   * Loads the decoder onto {@code device}.
   *
   * @param files opens its weights, named as {@link PreviewDecoderFile#open()} names them
   * @param layers {@link PreviewDecoderFile#layers}
   * @throws dev.atelier.models.weights.WeightsException when a weight is missing
   */
  public static PreviewDecoder load(
      Supplier<WeightSource> files, List<PreviewDecoderFile.Layer> layers, ComputeDevice device) {
    return ModuleWeights.building(files, device, weights -> new PreviewDecoder(weights, layers));
  }

  /**
   * Decodes latents. Call it inside an NDScope: what it makes on its way is freed.
   *
   * @param latent [n, 4, h, w] in the sampler's scale
   * @return [n, 3, scale × h, scale × w], about -1 to 1
   */
  public NDArray decode(NDArray latent) {
    return weights.forward(
        () -> {
          NDArray x = latent;
          for (int i = 0; i < layers.size(); i++) {
            NDArray input = x;
            x = forward(layers.get(i).kind(), parameters.get(i), input);
            if (input != latent) {
              input.close();
            }
          }
          return x;
        });
  }

  private NDArray forward(Kind kind, LayerWeights layer, NDArray x) {
    Shape shape = x.getShape();
    Shape seen =
        kind == Kind.UP
            ? new Shape(shape.get(0), shape.get(1), 2 * shape.get(2), 2 * shape.get(3))
            : shape;
    Parameters p = layer.fitting(seen);
    return switch (kind) {
      case IN -> weights.layers().call("tiny_in", x, p);
      case BLOCK -> weights.layers().call("tiny_block", x, p);
      case UP -> weights.layers().call("tiny_up", x, p);
      case OUT -> weights.layers().call("tiny_out", x, p);
    };
  }

  @Override
  public long bytes() {
    return weights.bytes();
  }

  @Override
  public Optional<HostCopy> offload() {
    return weights.offload(files -> load(files, layers, weights.device()));
  }

  @Override
  public void close() {
    weights.close();
  }
}
