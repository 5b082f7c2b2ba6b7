package dev.atelier.models.registry;

import ai.djl.Device;
import dev.atelier.models.engine.CudaDriver;
import java.lang.management.ManagementFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How many bytes models may take.
 *
 * @param deviceBytes on the device, above 0
 * @param hostBytes in host memory, for those that had to make room on a device with memory of its
 *     own; 0 keeps none there
 */
public record MemoryBudget(long deviceBytes, long hostBytes) {
  private static final Logger log = LoggerFactory.getLogger(MemoryBudget.class);

  /** The rest is for the pictures in hand, the JVM and the other programs of the machine. */
  private static final double CPU_SHARE = 0.6;

  /** The rest is for activations and the CUDA context. */
  private static final double GPU_SHARE = 0.75;

  /** Of the machine's memory, for models that had to make room on a GPU. */
  private static final double HOST_SHARE = 0.25;

  /** For a GPU that does not tell its size: Stable Diffusion 1.5 in fp16 fits. */
  private static final long UNKNOWN_GPU_BYTES = 4L << 30;

  /**
   * Checks the sizes.
   *
   * @throws IllegalArgumentException when one cannot be
   */
  public MemoryBudget {
    if (deviceBytes <= 0) {
      throw new IllegalArgumentException("The budget must be above 0 bytes, not " + deviceBytes);
    }
    if (hostBytes < 0) {
      throw new IllegalArgumentException("The host's budget cannot be " + hostBytes + " bytes");
    }
  }

  /** What is right for a device when nobody said. */
  public static MemoryBudget defaultOf(Device device) {
    // On the CPU a copy would lie in the same memory.
    long host = device.isGpu() ? (long) (machineBytes() * HOST_SHARE) : 0;
    return new MemoryBudget(defaultBytes(device), host);
  }

  /** A share of the machine's (or container's) memory, or of the GPU's. */
  public static long defaultBytes(Device device) {
    return device.isGpu()
        ? (long) (gpuBytes(device) * GPU_SHARE)
        : (long) (machineBytes() * CPU_SHARE);
  }

  private static long machineBytes() {
    var system =
        ManagementFactory.getPlatformMXBean(com.sun.management.OperatingSystemMXBean.class);
    return system.getTotalMemorySize();
  }

  private static long gpuBytes(Device device) {
    try {
      return CudaDriver.find().orElseThrow().totalBytes(device.getDeviceId());
    } catch (RuntimeException e) {
      log.warn("The memory of {} is not known, taking {} bytes", device, UNKNOWN_GPU_BYTES, e);
      return UNKNOWN_GPU_BYTES;
    }
  }
}
