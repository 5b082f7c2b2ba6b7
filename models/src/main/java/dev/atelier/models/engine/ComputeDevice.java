package dev.atelier.models.engine;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.engine.StandardCapabilities;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.DataType;
import ai.djl.pytorch.jni.JniUtils;
import java.util.function.Supplier;

/**
 * One device that computes, as its one thread sees it: made, used and closed on that thread, for
 * libtorch's gradient mode and graph executor are settings of the thread.
 *
 * <p>On a GPU networks run in fp16, on the CPU in fp32: fp16 convolutions are emulated there and a
 * thousand times slower.
 */
public final class ComputeDevice implements AutoCloseable {
  private final Device device;
  private final NDManager manager;
  private final Layers layers;

  private ComputeDevice(Device device) {
    this.device = device;
    this.manager = NDManager.newBaseManager(device, "PyTorch");
    this.layers = Layers.load(manager);
  }

  /**
   * Opens the first GPU for the calling thread, or the CPU where there is none or where libtorch
   * was built without CUDA.
   */
  public static ComputeDevice open() {
    Engine engine = Engine.getEngine("PyTorch");
    boolean cuda = engine.hasCapability(StandardCapabilities.CUDA) && engine.getGpuCount() > 0;
    return open(cuda ? Device.gpu() : Device.cpu());
  }

  /** Opens {@code device} for the calling thread. */
  public static ComputeDevice open(Device device) {
    Engine.getEngine("PyTorch"); // loads the native library before the first JNI call
    JniUtils.setGradMode(false);
    // The profiling executor re-compiles for every new shape, which costs more than it gains here.
    JniUtils.setGraphExecutorOptimize(false);
    return new ComputeDevice(device);
  }

  /**
   * Runs {@code body} and frees every array made in it but its result, which belongs to the scope
   * around this one.
   */
  public static NDArray scoped(Supplier<NDArray> body) {
    NDArray result;
    try (var scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      result = body.get();
      NDScope.unregister(result);
    }
    NDScope.register(result);
    return result;
  }

  public Device device() {
    return device;
  }

  /** Type of weights and activations on this device. */
  public DataType dataType() {
    return device.isGpu() ? DataType.FLOAT16 : DataType.FLOAT32;
  }

  /** The device's root manager: everything on the device hangs below it. */
  public NDManager manager() {
    return manager;
  }

  public Layers layers() {
    return layers;
  }

  /**
   * Gives memory that nothing uses back to the GPU's driver, and mapped files that nothing reads
   * back to the system: libtorch and the JVM keep both for later.
   */
  public void releaseUnused() {
    System.gc(); // the only way to end a mapping
    if (device.isGpu()) {
      JniUtils.emptyCudaCache();
    }
  }

  @Override
  public void close() {
    layers.close();
    manager.close();
  }
}
