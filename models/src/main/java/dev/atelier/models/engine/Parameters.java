package dev.atelier.models.engine;

import ai.djl.ndarray.NDArray;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.IValue;
import java.util.List;

/**
 * The weights of one layer in the order in which its function of {@code layers.ts} takes them. Made
 * once: a call then costs the same for two weights as for twenty-six. Writing into a weight in
 * place is seen by later calls.
 */
public final class Parameters implements AutoCloseable {
  private final IValue list;
  private final List<NDArray> arrays;

  private Parameters(List<NDArray> arrays) {
    this.arrays = List.copyOf(arrays);
    this.list =
        IValue.listFrom(arrays.stream().map(PtNDArray.class::cast).toArray(PtNDArray[]::new));
  }

  /** Takes over the arrays: they are closed with it. */
  public static Parameters of(List<NDArray> arrays) {
    return new Parameters(arrays);
  }

  IValue list() {
    return list;
  }

  /** Bytes that the weights take in memory. */
  public long bytes() {
    return arrays.stream().mapToLong(a -> a.size() * a.getDataType().getNumOfBytes()).sum();
  }

  @Override
  public void close() {
    list.close();
    arrays.forEach(NDArray::close);
  }
}
