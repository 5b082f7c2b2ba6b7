package dev.atelier.models.lora;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import dev.atelier.models.engine.Layers;

/**
 * w1 ⊗ w2: LoKr (arXiv 2309.14859, section 3.3). Each of the two is whole or a product; w2 may be
 * that of a convolution, with a core.
 */
record Kronecker(Shape shape, boolean wholeOne, boolean wholeTwo, boolean core)
    implements Decomposition {
  static Kronecker of(LoraModule module) {
    boolean wholeOne = module.has(LoraPart.LOKR_W1);
    boolean wholeTwo = module.has(LoraPart.LOKR_W2);
    boolean core = module.has(LoraPart.LOKR_T2);
    Shape one =
        wholeOne
            ? module.shape(LoraPart.LOKR_W1)
            : LowRank.product(module, LoraPart.LOKR_W1_A, LoraPart.LOKR_W1_B);
    Shape two = two(module, wholeTwo, core);
    if (one.dimension() != 2) {
      throw module.misfit(LoraPart.LOKR_W1, wholeTwo ? LoraPart.LOKR_W2 : LoraPart.LOKR_W2_A);
    }
    long[] shape = two.getShape().clone();
    shape[0] *= one.get(0);
    shape[1] *= one.get(1);
    return new Kronecker(new Shape(shape), wholeOne, wholeTwo, core);
  }

  private static Shape two(LoraModule module, boolean whole, boolean core) {
    if (whole) {
      return module.shape(LoraPart.LOKR_W2);
    }
    return core
        ? TuckerLowRank.shape(module, LoraPart.LOKR_T2, LoraPart.LOKR_W2_A, LoraPart.LOKR_W2_B)
        : LowRank.product(module, LoraPart.LOKR_W2_A, LoraPart.LOKR_W2_B);
  }

  @Override
  public NDArray delta(Layers layers, PartReader parts) {
    NDArray one =
        wholeOne
            ? parts.read(LoraPart.LOKR_W1)
            : layers.call(
                "low_rank", parts.read(LoraPart.LOKR_W1_A), parts.read(LoraPart.LOKR_W1_B));
    return layers.call("kronecker", one, two(layers, parts));
  }

  private NDArray two(Layers layers, PartReader parts) {
    if (wholeTwo) {
      return parts.read(LoraPart.LOKR_W2);
    }
    NDArray a = parts.read(LoraPart.LOKR_W2_A);
    NDArray b = parts.read(LoraPart.LOKR_W2_B);
    return core
        ? layers.call("tucker", parts.read(LoraPart.LOKR_T2), a, b)
        : layers.call("low_rank", a, b);
  }
}
