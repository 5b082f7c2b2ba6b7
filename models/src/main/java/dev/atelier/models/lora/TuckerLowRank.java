package dev.atelier.models.lora;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import dev.atelier.models.engine.Layers;

/**
 * LoCon in three factors (CP or Tucker decomposition): 1×1 down, k×k between, 1×1 up; Σ mid[n, m,
 * k, l] · up[i, n] · down[m, j].
 */
record TuckerLowRank(Shape shape) implements Decomposition {
  static TuckerLowRank of(LoraModule module) {
    return new TuckerLowRank(
        shape(module, LoraPart.MID, module.shape(LoraPart.UP).get(0), LoraPart.UP, LoraPart.DOWN));
  }

  private static Shape shape(
      LoraModule module, LoraPart middle, long out, LoraPart left, LoraPart right) {
    Shape core = core(module, middle);
    Shape up = module.shape(left);
    Shape down = module.shape(right);
    if (up.size() != out * core.get(0)) {
      throw module.misfit(left, middle);
    }
    if (down.get(0) != core.get(1)) {
      throw module.misfit(middle, right);
    }
    return new Shape(out, down.size() / down.get(0), core.get(2), core.get(3));
  }

  /** Shape of Σ core[n, m, k, l] · a[n, i] · b[m, j], as LoHa and LoKr have their factors. */
  static Shape shape(LoraModule module, LoraPart middle, LoraPart a, LoraPart b) {
    Shape core = core(module, middle);
    Shape left = module.shape(a);
    Shape right = module.shape(b);
    if (left.get(0) != core.get(0) || left.dimension() != 2) {
      throw module.misfit(a, middle);
    }
    if (right.get(0) != core.get(1) || right.dimension() != 2) {
      throw module.misfit(middle, b);
    }
    return new Shape(left.get(1), right.get(1), core.get(2), core.get(3));
  }

  private static Shape core(LoraModule module, LoraPart middle) {
    Shape core = module.shape(middle);
    if (core.dimension() != 4) {
      throw module.fault(
          "its key \"%s\" has the shape %s where a convolution's has four dimensions."
              .formatted(module.need(middle).name(), LoraModule.words(core)));
    }
    return core;
  }

  @Override
  public NDArray delta(Layers layers, PartReader parts) {
    NDArray up = parts.read(LoraPart.UP);
    NDArray left = up.reshape(up.size(0), -1).transpose();
    return layers.call("tucker", parts.read(LoraPart.MID), left, parts.read(LoraPart.DOWN));
  }
}
