package dev.atelier.models.engine;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.IValueUtils;

/**
 * PyTorch's {@code torch.Generator("cpu").manual_seed(seed)}: its numbers to the bit, whatever
 * device the rest of the work is on. Each has a state of its own, of 5 KB, next to the one
 * generator of the process that DJL seeds and draws from. Not thread-safe, though any number may be
 * in use at once.
 */
public final class SeededGenerator implements AutoCloseable {
  private final PtSymbolBlock module;
  private final IValue state;

  SeededGenerator(PtSymbolBlock module, long seed) {
    this.module = module;
    try (IValue number = IValue.from(seed)) {
      this.state = IValueUtils.runMethod(module, "generator", number);
    }
  }

  /**
   * The next {@code torch.randn} of this generator: normally distributed with mean 0 and standard
   * deviation 1.
   *
   * @param manager what the result belongs to; of the CPU
   * @return float32 of that shape
   */
  public NDArray normal(NDManager manager, Shape shape) {
    if (!manager.getDevice().equals(Device.cpu())) {
      throw new IllegalArgumentException("the generator draws on the CPU");
    }
    try (IValue size = IValue.listFrom(shape.getShape());
        IValue drawn = IValueUtils.runMethod(module, "randn", state, size)) {
      return drawn.toTensor((PtNDManager) manager);
    }
  }

  @Override
  public void close() {
    state.close();
  }
}
