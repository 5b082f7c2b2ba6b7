package dev.atelier.models.engine;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.engine.StandardCapabilities;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.JniUtils;
import java.util.List;
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
  private final DataType dataType;
  private final NDManager manager;
  private final Layers layers;
  private final ComputeDevice inFloat32;

  private ComputeDevice(Device device) {
    this.device = device;
    this.dataType = device.isGpu() ? DataType.FLOAT16 : DataType.FLOAT32;
    this.manager = NDManager.newBaseManager(device, "PyTorch");
    this.layers = Layers.load(manager);
    this.inFloat32 = dataType == DataType.FLOAT32 ? this : new ComputeDevice(this);
  }

  private ComputeDevice(ComputeDevice same) {
    this.device = same.device;
    this.dataType = DataType.FLOAT32;
    this.manager = same.manager;
    this.layers = same.layers;
    this.inFloat32 = this;
  }

  /**
   * Opens the first GPU for the calling thread, or the CPU where there is none or where libtorch
   * was built without CUDA.
   */
  public static ComputeDevice open() {
    return open(cuda() ? Device.gpu() : Device.cpu());
  }

  /**
   * Whether libtorch was built with CUDA and finds a GPU. DJL's own count of GPUs stays 0 where
   * only the driver is installed: it looks for a CUDA runtime in the system, libtorch brings its
   * own.
   */
  static boolean cuda() {
    return Engine.getEngine("PyTorch").hasCapability(StandardCapabilities.CUDA);
  }

  /** Opens {@code device} for the calling thread. */
  public static ComputeDevice open(Device device) {
    Engine.getEngine("PyTorch"); // loads the native library before the first JNI call
    JniUtils.setGradMode(false);
    // The profiling executor re-compiles for every new shape, which costs more than it gains here.
    JniUtils.setGraphExecutorOptimize(false);
    if (device.isGpu()) {
      // cuDNN tries its algorithms on the first convolution of each shape and keeps the quickest.
      JniUtils.setBenchmarkCuDNN(true);
    }
    return new ComputeDevice(device);
  }

  /**
   * Runs {@code body} and frees every array made in it but its result, which belongs to the scope
   * around this one.
   */
  public static NDArray scoped(Supplier<NDArray> body) {
    return scopedAll(() -> List.of(body.get())).get(0);
  }

  /** The same with several results. */
  public static List<NDArray> scopedAll(Supplier<List<NDArray>> body) {
    List<NDArray> results;
    try (var scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      results = body.get();
      results.forEach(NDScope::unregister);
    }
    results.forEach(NDScope::register);
    return results;
  }

  public Device device() {
    return device;
  }

  /** Type of weights and activations on this device. */
  public DataType dataType() {
    return dataType;
  }

  /**
   * This device with weights and activations in fp32, for a network whose numbers fp16 cannot hold;
   * always the same object. It is closed with this one, and closing it closes this one.
   */
  public ComputeDevice inFloat32() {
    return inFloat32;
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

  /** Waits until the device has done all that was asked of it; at once on a CPU. */
  public void synchronize() {
    if (device.isGpu()) {
      try (NDArray last = manager.zeros(new Shape(1))) {
        last.toByteBuffer();
      }
    }
  }

  @Override
  public void close() {
    layers.close();
    manager.close();
  }
}
