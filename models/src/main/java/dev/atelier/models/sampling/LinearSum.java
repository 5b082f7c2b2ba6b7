package dev.atelier.models.sampling;

import ai.djl.ndarray.NDArray;

/**
 * A sum of scaled arrays, which is all the arithmetic a solver does on latents. Leaves no temporary
 * behind, with or without an {@link ai.djl.ndarray.NDScope} around it. The factors are doubles
 * worked out once by the solver; the sum has the arrays' own data type and device.
 */
final class LinearSum {
  private final NDArray sum;

  private LinearSum(NDArray sum) {
    this.sum = sum;
  }

  /** Starts with {@code factor * array}. */
  static LinearSum of(double factor, NDArray array) {
    return new LinearSum(array.mul(factor));
  }

  /** Adds {@code factor * array}. */
  LinearSum plus(double factor, NDArray array) {
    try (NDArray term = array.mul(factor)) {
      sum.addi(term);
    }
    return this;
  }

  /** The sum: a new array in the first term's manager. */
  NDArray array() {
    return sum;
  }
}
