package dev.atelier.models.registry;

/** A model's weights in host memory, while others have its place on the device. */
public interface HostCopy extends AutoCloseable {
  /** Bytes it takes in host memory. */
  long bytes();

  /** Brings the model back onto its device. The copy stays; it is closed by whoever has it. */
  Model restore();

  /** Gives the host memory back. Called once, by the registry. */
  @Override
  void close();
}
