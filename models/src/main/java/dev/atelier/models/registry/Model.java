package dev.atelier.models.registry;

/** Weights in memory: one network, or another part of a checkpoint that can be shared alone. */
public interface Model extends AutoCloseable {
  /** Bytes it takes on its device; asked once, after loading. */
  long bytes();

  /** Gives the memory back. Called once, by the registry. */
  @Override
  void close();
}
