package dev.atelier.models.engine;

import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.IntByReference;
import com.sun.jna.ptr.LongByReference;
import com.sun.jna.ptr.PointerByReference;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * NVIDIA's driver, asked through its own library: that one is there wherever a GPU can be used,
 * while the CUDA runtime which DJL asks is not (libtorch brings one under another name). CUDA
 * Driver API Reference, chapters 6.2 to 6.13.
 */
public final class CudaDriver {
  private static final int COMPUTE_CAPABILITY_MAJOR = 75;
  private static final int COMPUTE_CAPABILITY_MINOR = 76;
  private static final int NAME_BYTES = 256;

  /** The functions used, by their names in the library; each returns 0 or an error's number. */
  private interface Functions extends Library {
    int cuInit(int flags);

    int cuDriverGetVersion(IntByReference version);

    int cuDeviceGetCount(IntByReference count);

    int cuDeviceGet(IntByReference device, int ordinal);

    int cuDeviceGetName(byte[] name, int length, int device);

    int cuDeviceTotalMem_v2(LongByReference bytes, int device);

    int cuDeviceGetAttribute(IntByReference value, int attribute, int device);

    int cuDevicePrimaryCtxGetState(int device, IntByReference flags, IntByReference active);

    int cuDevicePrimaryCtxRetain(PointerByReference context, int device);

    int cuDevicePrimaryCtxRelease_v2(int device);

    int cuCtxPushCurrent_v2(Pointer context);

    int cuCtxPopCurrent_v2(PointerByReference context);

    int cuMemGetInfo_v2(LongByReference free, LongByReference total);
  }

  private final Functions functions;

  private CudaDriver(Functions functions) {
    this.functions = functions;
  }

  /** The driver, where one is installed and answers. */
  public static Optional<CudaDriver> find() {
    try {
      Functions functions = load(Functions.class);
      return functions.cuInit(0) == 0 ? Optional.of(new CudaDriver(functions)) : Optional.empty();
    } catch (LinkageError e) {
      return Optional.empty(); // no driver
    }
  }

  /** The driver's functions; a function that it lacks is missed when it is called. */
  static <T extends Library> T load(Class<T> functions) {
    String name = System.getProperty("os.name").startsWith("Windows") ? "nvcuda" : "cuda";
    return Native.load(name, functions);
  }

  /**
   * The newest CUDA that the driver can run, e.g. {@code 12.8}.
   *
   * @throws IllegalStateException when the driver refuses
   */
  public String version() {
    var version = new IntByReference();
    check(functions.cuDriverGetVersion(version));
    return version.getValue() / 1000 + "." + version.getValue() % 1000 / 10;
  }

  /** How many GPUs this process may use. */
  public int count() {
    var count = new IntByReference();
    check(functions.cuDeviceGetCount(count));
    return count.getValue();
  }

  /**
   * A GPU.
   *
   * @param index in CUDA's order, which is libtorch's
   */
  public EngineFacts.Gpu gpu(int index) {
    int device = device(index);
    byte[] name = new byte[NAME_BYTES];
    check(functions.cuDeviceGetName(name, name.length, device));
    return new EngineFacts.Gpu(
        index,
        new String(name, StandardCharsets.UTF_8).split("\0", 2)[0],
        attribute(COMPUTE_CAPABILITY_MAJOR, device)
            + "."
            + attribute(COMPUTE_CAPABILITY_MINOR, device),
        totalBytes(index),
        usedBytes(index));
  }

  /** Memory of a GPU. */
  public long totalBytes(int index) {
    var bytes = new LongByReference();
    check(functions.cuDeviceTotalMem_v2(bytes, device(index)));
    return bytes.getValue();
  }

  /**
   * Memory of a GPU that is in use, by anyone. Of a GPU on which this process does nothing yet it
   * is not known and 0: asking would take some hundred megabytes of it.
   */
  public long usedBytes(int index) {
    int device = device(index);
    var flags = new IntByReference();
    var active = new IntByReference();
    check(functions.cuDevicePrimaryCtxGetState(device, flags, active));
    if (active.getValue() == 0) {
      return 0;
    }
    var context = new PointerByReference();
    check(functions.cuDevicePrimaryCtxRetain(context, device));
    try {
      check(functions.cuCtxPushCurrent_v2(context.getValue()));
      var free = new LongByReference();
      var total = new LongByReference();
      int asked = functions.cuMemGetInfo_v2(free, total);
      check(functions.cuCtxPopCurrent_v2(new PointerByReference()));
      check(asked);
      return total.getValue() - free.getValue();
    } finally {
      check(functions.cuDevicePrimaryCtxRelease_v2(device));
    }
  }

  private int device(int index) {
    var device = new IntByReference();
    check(functions.cuDeviceGet(device, index));
    return device.getValue();
  }

  private int attribute(int attribute, int device) {
    var value = new IntByReference();
    check(functions.cuDeviceGetAttribute(value, attribute, device));
    return value.getValue();
  }

  private static void check(int result) {
    if (result != 0) {
      throw new IllegalStateException("NVIDIA's driver refuses, with error " + result + ".");
    }
  }
}
