package dev.atelier.models.registry;

import java.util.Objects;

/**
 * The right to use a model until {@link #close}. Several leases share one model, which stays in
 * memory while there is one; after the last it stays as long as its room is not needed.
 *
 * @param <T> the model
 */
public final class Lease<T extends Model> implements AutoCloseable {
  private final ModelKey<T> key;
  private final Runnable release;
  private T model;

  Lease(ModelKey<T> key, T model, Runnable release) {
    this.key = key;
    this.model = Objects.requireNonNull(model);
    this.release = release;
  }

  /** What is leased. */
  public ModelKey<T> key() {
    return key;
  }

  /**
   * The model. Do not keep it: after {@link #close} it may be gone at any time.
   *
   * @throws IllegalStateException when the lease is closed
   */
  public T model() {
    if (model == null) {
      throw new IllegalStateException("The lease of " + key.label() + " is closed");
    }
    return model;
  }

  /** Gives the model back. Closing again does nothing. */
  @Override
  public void close() {
    if (model != null) {
      model = null;
      release.run();
    }
  }
}
