package dev.atelier.models.sampling;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDScope;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;

/**
 * The last few arrays that a multistep solver looks back on. They outlive the {@link NDScope} of
 * the step that made them and are closed when newer ones push them out.
 */
final class History implements AutoCloseable {
  private final int capacity;
  private final Deque<NDArray> newestFirst = new ArrayDeque<>();

  /**
   * @param capacity arrays kept, at least 1
   */
  History(int capacity) {
    this.capacity = capacity;
  }

  /** Takes over an array as the newest one. */
  void add(NDArray array) {
    NDScope.unregister(array);
    newestFirst.addFirst(array);
    if (newestFirst.size() > capacity) {
      newestFirst.removeLast().close();
    }
  }

  /** Arrays held, 0 to the capacity. */
  int size() {
    return newestFirst.size();
  }

  /** The array added {@code age} calls before the newest one. */
  NDArray get(int age) {
    Iterator<NDArray> arrays = newestFirst.iterator();
    for (int i = 0; i < age; i++) {
      arrays.next();
    }
    return arrays.next();
  }

  /** Closes what is held. */
  @Override
  public void close() {
    newestFirst.forEach(NDArray::close);
    newestFirst.clear();
  }
}
