package dev.atelier.models.engine;

import ai.djl.ndarray.NDArray;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.IValue;
import java.util.ArrayList;
import java.util.List;

/**
 * The weights of one layer in the order in which its function of {@code layers.ts} takes them. A
 * call costs the same for two weights as for twenty-six. Writing into a weight in place is seen by
 * later calls.
 */
public final class Parameters implements AutoCloseable {
  private final List<NDArray> arrays;
  private IValue list;

  private Parameters(List<NDArray> arrays) {
    this.arrays = new ArrayList<>(arrays);
  }

  /** Takes over the arrays: they are closed with it. */
  public static Parameters of(List<NDArray> arrays) {
    return new Parameters(arrays);
  }

  /** The array at a place of the list. */
  public NDArray get(int index) {
    return arrays.get(index);
  }

  /** Takes over an array in place of another, which is the caller's then. */
  public NDArray set(int index, NDArray array) {
    closeList();
    return arrays.set(index, array);
  }

  IValue list() {
    if (list == null) {
      list = IValue.listFrom(arrays.stream().map(PtNDArray.class::cast).toArray(PtNDArray[]::new));
    }
    return list;
  }

  /** Bytes that the weights take in memory. */
  public long bytes() {
    return arrays.stream().mapToLong(a -> a.size() * a.getDataType().getNumOfBytes()).sum();
  }

  private void closeList() {
    if (list != null) {
      list.close();
      list = null;
    }
  }

  @Override
  public void close() {
    closeList();
    arrays.forEach(NDArray::close);
  }
}
