package dev.atelier.models.registry;

import ai.djl.Device;
import ai.djl.util.cuda.CudaUtils;
import java.lang.management.ManagementFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How many bytes the models may take on a device when nobody said. */
public final class MemoryBudget {
  private static final Logger log = LoggerFactory.getLogger(MemoryBudget.class);

  /** The rest is for the pictures in hand, the JVM and the other programs of the machine. */
  private static final double CPU_SHARE = 0.6;

  /** The rest is for activations and the CUDA context. */
  private static final double GPU_SHARE = 0.75;

  /** For a GPU that does not tell its size: Stable Diffusion 1.5 in fp16 fits. */
  private static final long UNKNOWN_GPU_BYTES = 4L << 30;

  private MemoryBudget() {}

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
      return CudaUtils.getGpuMemory(device).getMax();
    } catch (RuntimeException e) {
      // CUDA's runtime library need not be where DJL looks for it.
      log.warn("The memory of {} is not known, taking {} bytes", device, UNKNOWN_GPU_BYTES, e);
      return UNKNOWN_GPU_BYTES;
    }
  }
}
