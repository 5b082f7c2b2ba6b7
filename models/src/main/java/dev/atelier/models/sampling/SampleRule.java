package dev.atelier.models.sampling;

import ai.djl.ndarray.NDArray;
import java.util.function.Supplier;

/**
 * A method's arithmetic: from one latent and the latent without noise that the model sees in it to
 * the next latent. {@link SampleSolver} makes a {@link Solver} of it. Made for one run.
 */
interface SampleRule extends AutoCloseable {
  /**
   * The next latent.
   *
   * @param latent stays the caller's
   * @param sample the latent without noise that the model's output stands for, same shape; stays
   *     the caller's
   * @param call the model's calls so far, each once and in order
   * @param noise as in {@link Solver#step}
   * @return a new array of the latent's shape
   */
  NDArray next(NDArray latent, NDArray sample, int call, Supplier<NDArray> noise);

  /** See {@link Solver#noiseDraws}. */
  default int noiseDraws() {
    return 0;
  }

  /** See {@link Solver#stepsDone}. */
  default int stepsDone(int call) {
    return call + 1;
  }

  /** Closes what it looks back on. */
  @Override
  default void close() {}
}
