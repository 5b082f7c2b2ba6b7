package dev.atelier.models.lora;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import dev.atelier.models.engine.Layers;

/**
 * The change itself.
 *
 * @param part what it is
 */
record WholeDifference(LoraPart part, Shape shape) implements Decomposition {
  @Override
  public NDArray delta(Layers layers, PartReader parts) {
    return parts.read(part);
  }
}
