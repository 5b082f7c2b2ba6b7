package dev.atelier.models.bench;

import ai.djl.pytorch.jni.JniUtils;
import dev.atelier.models.engine.ComputeDevice;
import dev.atelier.models.engine.CudaDriver;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicBoolean;

/** The most of a GPU's memory that is in use while something runs, looked at again and again. */
final class GpuMemoryPeak implements Runnable {
  private final CudaDriver driver;
  private final int gpu;
  private final AtomicBoolean ended = new AtomicBoolean();
  private long peak;

  private GpuMemoryPeak(CudaDriver driver, int gpu) {
    this.driver = driver;
    this.gpu = gpu;
  }

  /**
   * Runs {@code body} and watches. What libtorch keeps of arrays that are gone is freed before.
   *
   * @return bytes, those of other programs included; empty where {@code device} is no GPU
   */
  static OptionalLong during(ComputeDevice device, Runnable body) {
    Optional<CudaDriver> driver = device.device().isGpu() ? CudaDriver.find() : Optional.empty();
    if (driver.isEmpty()) {
      return OptionalLong.empty();
    }
    JniUtils.emptyCudaCache();
    var watch = new GpuMemoryPeak(driver.get(), device.device().getDeviceId());
    var watcher = new Thread(watch, "gpu-memory");
    watcher.start();
    try {
      body.run();
      device.synchronize();
    } finally {
      watch.ended.set(true);
    }
    try {
      watcher.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return OptionalLong.empty();
    }
    return OptionalLong.of(watch.peak);
  }

  /**
   * What libtorch took from the driver it keeps for later arrays, so the last look finds it too.
   */
  @Override
  public void run() {
    boolean last;
    do {
      last = ended.get();
      peak = Math.max(peak, driver.usedBytes(gpu));
      Thread.onSpinWait();
    } while (!last);
  }
}
