package dev.atelier.models.nn;

import ai.djl.ndarray.NDArray;
import java.util.List;

/** Leaves weights as they are on disk. */
record NoPatch() implements WeightPatch {
  @Override
  public List<?> changes(String parameter) {
    return List.of();
  }

  @Override
  public void write(String parameter, NDArray stored, NDArray into) {
    throw new IllegalStateException("Nothing changes " + parameter);
  }
}
