package dev.atelier.models.lora;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import dev.atelier.models.engine.Layers;
import java.util.ArrayList;
import java.util.List;

/**
 * How the change of a weight is written down, checked: the formulas are those of LyCORIS ({@code
 * lycoris/functional}) and of AUTOMATIC1111 ({@code extensions-builtin/Lora}).
 */
sealed interface Decomposition
    permits LowRank, TuckerLowRank, Hadamard, Kronecker, WholeDifference {

  /** Shape of {@link #delta}; a weight's, or with its last dimensions flattened. */
  Shape shape();

  /** The change before any scale, fp32. */
  NDArray delta(Layers layers, PartReader parts);

  /** Reads parts as fp32 arrays on the network's device. */
  interface PartReader {
    NDArray read(LoraPart part);
  }

  /**
   * What a module's weight is changed by: nothing, one decomposition, or one and a whole
   * difference.
   *
   * @throws dev.atelier.models.weights.WeightsException when parts are missing or do not fit each
   *     other
   */
  static List<Decomposition> of(LoraModule module) {
    List<Decomposition> all = new ArrayList<>();
    if (module.kinds().contains(LoraKind.LOHA)) {
      all.add(Hadamard.of(module));
    } else if (module.kinds().contains(LoraKind.LOKR)) {
      all.add(Kronecker.of(module));
    } else if (module.has(LoraPart.MID)) {
      all.add(TuckerLowRank.of(module));
    } else if (module.has(LoraPart.UP) || module.has(LoraPart.DOWN)) {
      all.add(LowRank.of(module));
    }
    if (module.has(LoraPart.DIFF)) {
      all.add(new WholeDifference(LoraPart.DIFF, module.need(LoraPart.DIFF).shape()));
    }
    if (all.isEmpty() && module.magnitude().isPresent()) {
      throw module.fault(
          "its change of %s has a magnitude but no direction; the file is damaged or incomplete."
              .formatted(module.name()));
    }
    return all;
  }
}
