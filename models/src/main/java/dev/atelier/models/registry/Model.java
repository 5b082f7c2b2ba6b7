package dev.atelier.models.registry;

import java.util.Optional;

/** Weights in memory: one network, or another part of a checkpoint that can be shared alone. */
public interface Model extends AutoCloseable {
  /**
   * Bytes it takes on its device, weights in another layout than on disk included; asked once,
   * after loading.
   */
  long bytes();

  /**
   * Moves the weights to host memory, for a model that can come back from there: the model itself
   * is gone then, as after {@link #close}. Called by the registry, and only where the device has
   * memory of its own.
   *
   * @return what it comes back from; empty, and nothing has changed, for a model that is loaded
   *     from its files again
   */
  default Optional<HostCopy> offload() {
    return Optional.empty();
  }

  /** Gives the memory back. Called once, by the registry. */
  @Override
  void close();
}
