package dev.atelier.models.lora;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import dev.atelier.models.engine.Layers;

/**
 * (w1_a · w1_b) ⊙ (w2_a · w2_b): LoHa (FedPara, arXiv 2108.06098, proposition 1); with cores t1 and
 * t2 for convolutions (proposition 3).
 */
record Hadamard(Shape shape, boolean cores) implements Decomposition {
  static Hadamard of(LoraModule module) {
    boolean cores = module.has(LoraPart.HADA_T1) || module.has(LoraPart.HADA_T2);
    Shape one =
        cores
            ? TuckerLowRank.shape(module, LoraPart.HADA_T1, LoraPart.HADA_W1_A, LoraPart.HADA_W1_B)
            : LowRank.product(module, LoraPart.HADA_W1_A, LoraPart.HADA_W1_B);
    Shape other =
        cores
            ? TuckerLowRank.shape(module, LoraPart.HADA_T2, LoraPart.HADA_W2_A, LoraPart.HADA_W2_B)
            : LowRank.product(module, LoraPart.HADA_W2_A, LoraPart.HADA_W2_B);
    if (!one.equals(other)) {
      throw module.misfit(LoraPart.HADA_W1_A, LoraPart.HADA_W2_A);
    }
    return new Hadamard(one, cores);
  }

  @Override
  public NDArray delta(Layers layers, PartReader parts) {
    NDArray a1 = parts.read(LoraPart.HADA_W1_A);
    NDArray b1 = parts.read(LoraPart.HADA_W1_B);
    NDArray a2 = parts.read(LoraPart.HADA_W2_A);
    NDArray b2 = parts.read(LoraPart.HADA_W2_B);
    NDArray one =
        cores
            ? layers.call("tucker", parts.read(LoraPart.HADA_T1), a1, b1)
            : layers.call("low_rank", a1, b1);
    NDArray other =
        cores
            ? layers.call("tucker", parts.read(LoraPart.HADA_T2), a2, b2)
            : layers.call("low_rank", a2, b2);
    return layers.call("multiply", one, other);
  }
}
