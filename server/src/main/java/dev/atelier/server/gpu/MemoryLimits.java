package dev.atelier.server.gpu;

import java.util.OptionalLong;

/**
 * What models may take in memory; what is left open follows from the machine's size.
 *
 * @param device bytes on the device that computes, above 0
 * @param host bytes in host memory for models that make room on a GPU; 0 keeps none there
 */
public record MemoryLimits(OptionalLong device, OptionalLong host) {
  /** All is left to the machine's size. */
  public static final MemoryLimits OF_MACHINE =
      new MemoryLimits(OptionalLong.empty(), OptionalLong.empty());

  /**
   * Checks the sizes.
   *
   * @throws IllegalArgumentException when one cannot be
   */
  public MemoryLimits {
    if (device.isPresent() && device.getAsLong() <= 0) {
      throw new IllegalArgumentException("The memory for models must be above 0.");
    }
    if (host.isPresent() && host.getAsLong() < 0) {
      throw new IllegalArgumentException("The host memory for models cannot be below 0.");
    }
  }
}
