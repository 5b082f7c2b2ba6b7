package dev.atelier.models.nn;

/** A network is used with a patch until {@link #close}; whoever uses it next does not see it. */
public interface Patched extends AutoCloseable {
  @Override
  void close();
}
