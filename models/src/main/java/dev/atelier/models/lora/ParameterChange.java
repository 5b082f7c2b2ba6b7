package dev.atelier.models.lora;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.atelier.models.engine.Layers;
import dev.atelier.models.weights.Component;
import dev.atelier.models.weights.FileStamps;
import dev.atelier.models.weights.TensorInfo;
import dev.atelier.models.weights.WeightsException;
import java.util.Map;
import java.util.Optional;

/**
 * What one LoRA adds to one parameter.
 *
 * @param file the LoRA
 * @param network the parameter's network
 * @param module the module's change in the file
 * @param parameter the parameter's canonical name
 * @param decomposition how it is written down
 * @param shape the parameter's
 * @param weight how much of it is added
 */
record ParameterChange(
    OpenLora file,
    Component network,
    LoraModule module,
    String parameter,
    Decomposition decomposition,
    Shape shape,
    double weight) {

  /** Equal where the same is added. */
  record Identity(FileStamps file, double weight, Decomposition decomposition) {}

  Identity identity() {
    return new Identity(file.stamps(), weight, decomposition);
  }

  /**
   * A change of one of a module's parameters.
   *
   * @param suffix which, {@code .weight} or {@code .bias}
   * @param shapes of the model's parameters
   * @throws WeightsException when there is no such parameter or it has another shape
   */
  static ParameterChange of(
      OpenLora file,
      Component network,
      LoraModule module,
      String suffix,
      Decomposition decomposition,
      Map<String, Shape> shapes,
      double weight) {
    String parameter = module.name() + suffix;
    Shape shape = shapes.get(parameter);
    if (shape == null) {
      throw module.fault(
          "its key \"%s\" changes %s, which the model does not have."
              .formatted(module.parts().values().iterator().next().name(), parameter));
    }
    Shape given = decomposition.shape();
    if (!fits(given, shape)) {
      throw module.fault(
          "its change of %s (key \"%s\") has the shape %s, but the model's has the shape %s; it was"
                  .formatted(
                      parameter,
                      module.parts().values().iterator().next().name(),
                      LoraModule.words(given),
                      LoraModule.words(shape))
              + " made for another kind of model.");
    }
    var change =
        new ParameterChange(file, network, module, parameter, decomposition, shape, weight);
    change.magnitudeAxis(); // checks it
    return change;
  }

  /** Dimensions may be flattened, or there for a linear layer as for a convolution of 1×1. */
  private static boolean fits(Shape given, Shape shape) {
    return given.dimension() > 0
        && given.get(0) == shape.get(0)
        && given.size() == shape.size()
        && (given.dimension() != 4 || shape.dimension() != 4 || given.equals(shape));
  }

  /** Whether it is a plain product, which is added without being computed first. */
  boolean lowRank() {
    return decomposition instanceof LowRank && module.magnitude().isEmpty();
  }

  /** [out, r] of a plain product, with all scales. */
  NDArray up(NDManager manager) {
    NDArray up = read(LoraPart.UP, manager);
    double scale = weight * file.scale(network, module, manager);
    return up.reshape(up.size(0), -1).mul(scale);
  }

  /** [r, in × k × k] of a plain product. */
  NDArray down(NDManager manager) {
    NDArray down = read(LoraPart.DOWN, manager);
    return down.reshape(down.size(0), -1);
  }

  /**
   * Adds it to a parameter.
   *
   * @param sum fp32, written to
   * @param plain the parameter without any change, fp32
   */
  void addTo(NDArray sum, NDArray plain, Layers layers, NDManager manager) {
    NDArray delta = decomposition.delta(layers, part -> read(part, manager));
    boolean whole =
        decomposition instanceof WholeDifference difference
            && difference.part() != LoraPart.UP_BIAS;
    double scale = whole ? 1 : file.scale(network, module, manager);
    Optional<Integer> axis = magnitudeAxis();
    if (axis.isPresent()) {
      NDArray magnitude = read(module.magnitude().orElseThrow(), manager);
      delta = layers.call("magnitude_change", plain, delta, magnitude, scale, axis.get());
      scale = 1;
    }
    layers.call("add_scaled", sum, delta, scale * weight);
  }

  private NDArray read(LoraPart part, NDManager manager) {
    return file.read(module.need(part), manager);
  }

  /**
   * The axis of the weight that DoRA's magnitudes belong to: 0 for outputs, as its authors and PEFT
   * have it, 1 for inputs, as kohya and LyCORIS had it at first.
   */
  private Optional<Integer> magnitudeAxis() {
    if (module.magnitude().isEmpty() || decomposition instanceof WholeDifference) {
      return Optional.empty();
    }
    LoraPart part = module.magnitude().get();
    TensorInfo magnitude = module.need(part);
    Shape has = magnitude.shape();
    boolean outputs = has.size() == shape.get(0);
    boolean first = has.dimension() == 1 || has.dimension() > 0 && has.get(0) == shape.get(0);
    if (outputs && (first || part == LoraPart.MAGNITUDE)) {
      return Optional.of(0);
    }
    if (part == LoraPart.DORA_SCALE && shape.dimension() > 1 && has.size() == shape.get(1)) {
      return Optional.of(1);
    }
    throw module.fault(
        "its key \"%s\" has the shape %s, which fits neither the outputs nor the inputs of the"
                .formatted(magnitude.name(), LoraModule.words(has))
            + " model's weight of the shape %s.".formatted(LoraModule.words(shape)));
  }
}
