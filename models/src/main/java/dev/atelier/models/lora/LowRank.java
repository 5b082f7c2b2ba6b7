package dev.atelier.models.lora;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import dev.atelier.models.engine.Layers;

/**
 * up · down, [out, r] by [r, in × k × k]: LoRA, and LoCon where one of them is a convolution (the
 * other is one of 1×1).
 */
record LowRank(Shape shape) implements Decomposition {
  static LowRank of(LoraModule module) {
    return new LowRank(product(module, LoraPart.UP, LoraPart.DOWN));
  }

  /** Shape of the product of two matrices, of convolutions where they have more dimensions. */
  static Shape product(LoraModule module, LoraPart left, LoraPart right) {
    Shape up = module.shape(left);
    Shape down = module.shape(right);
    if (up.size() / up.get(0) != down.get(0)) {
      throw module.misfit(left, right);
    }
    return new Shape(up.get(0), down.size() / down.get(0));
  }

  @Override
  public NDArray delta(Layers layers, PartReader parts) {
    return layers.call("low_rank", parts.read(LoraPart.UP), parts.read(LoraPart.DOWN));
  }
}
