package dev.atelier.models.registry;

/** See the package. */
public final class ModelRegistry implements AutoCloseable {
  @Override
  public void close() {}
}
