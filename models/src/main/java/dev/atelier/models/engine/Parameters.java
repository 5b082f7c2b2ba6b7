package dev.atelier.models.engine;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDScope;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.IValue;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * The weights of one layer in the order in which its function of {@code layers.ts} takes them. A
 * call costs the same for two weights as for twenty-six. Writing into a weight in place is seen by
 * later calls.
 */
public final class Parameters implements AutoCloseable {
  private final List<NDArray> arrays;
  private final List<NDArray> joined = new ArrayList<>();
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

  /**
   * Lays matrices of equal width that follow each other in the list below each other, in one matrix
   * which functions find at the end of the list: one product with it is a product with each of
   * them. Each keeps its place and is a part of that matrix from then on; it must not be {@link
   * #set}.
   *
   * @param from the first one's place
   * @param to the place behind the last one
   */
  public void join(int from, int to) {
    closeList();
    NDArray whole = NDArrays.concat(new NDList(arrays.subList(from, to)));
    NDScope.unregister(whole);
    joined.add(whole);
    long[] starts = new long[to - from - 1];
    for (int i = 0; i < starts.length; i++) {
      starts[i] = arrays.get(from + i).size(0) + (i == 0 ? 0 : starts[i - 1]);
    }
    NDList parts = whole.split(starts);
    for (int i = 0; i < parts.size(); i++) {
      NDScope.unregister(parts.get(i));
      arrays.set(from + i, parts.get(i)).close();
    }
  }

  IValue list() {
    if (list == null) {
      list =
          IValue.listFrom(
              Stream.concat(arrays.stream(), joined.stream())
                  .map(PtNDArray.class::cast)
                  .toArray(PtNDArray[]::new));
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
    joined.forEach(NDArray::close);
  }
}
