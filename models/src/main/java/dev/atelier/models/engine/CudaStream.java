package dev.atelier.models.engine;

import ai.djl.pytorch.jni.LibUtils;
import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.PointerByReference;
import java.nio.file.Path;
import java.util.function.Supplier;

/**
 * A stream of the GPU on which libtorch can be made to work, so that what it asks for can be
 * recorded: nothing can be on the one that it uses otherwise, CUDA's default stream.
 *
 * <p>CUDA Driver API Reference, chapters on streams and graphs. libtorch is spoken to through the C
 * interface that it keeps for models compiled ahead of time
 * (torch/csrc/inductor/aoti_torch/c/shim.h), which returns its errors and throws none.
 */
final class CudaStream implements AutoCloseable {
  private static final int NON_BLOCKING = 1;

  /** Allows the recording thread what may allocate; other threads are not restricted at all. */
  private static final int CAPTURE_MODE_RELAXED = 2;

  /** The driver's functions used, by their names; each returns 0 or an error's number. */
  interface Driver extends Library {
    int cuStreamCreate(PointerByReference stream, int flags);

    int cuStreamDestroy_v2(Pointer stream);

    int cuStreamSynchronize(Pointer stream);

    int cuStreamBeginCapture_v2(Pointer stream, int mode);

    int cuStreamEndCapture(Pointer stream, PointerByReference graph);

    int cuGraphInstantiateWithFlags(PointerByReference executable, Pointer graph, long flags);

    int cuGraphDestroy(Pointer graph);

    int cuGraphLaunch(Pointer executable, Pointer stream);

    int cuGraphExecDestroy(Pointer executable);
  }

  /** libtorch's; each returns 0, or 1 for an error. */
  private interface Torch extends Library {
    int aoti_torch_create_cuda_stream_guard(Pointer stream, int device, PointerByReference guard);

    int aoti_torch_delete_cuda_stream_guard(Pointer guard);
  }

  private final Driver driver;
  private final Torch torch;
  private final int device;
  private final Pointer stream;

  /**
   * Makes a stream on a GPU that the calling thread uses already.
   *
   * @throws IllegalStateException when CUDA refuses
   * @throws UnsatisfiedLinkError where libtorch or the driver is another than expected
   */
  CudaStream(int device) {
    driver = CudaDriver.load(Driver.class);
    torch =
        Native.load(
            Path.of(LibUtils.getLibtorchPath(), System.mapLibraryName("torch_cuda")).toString(),
            Torch.class);
    this.device = device;
    var made = new PointerByReference();
    check(driver.cuStreamCreate(made, NON_BLOCKING));
    stream = made.getValue();
  }

  /** Runs {@code body} with libtorch working on this stream, and waits until the GPU is done. */
  <T> T within(Supplier<T> body) {
    var guard = new PointerByReference();
    check(torch.aoti_torch_create_cuda_stream_guard(stream, device, guard));
    try {
      T result = body.get();
      check(driver.cuStreamSynchronize(stream));
      return result;
    } finally {
      torch.aoti_torch_delete_cuda_stream_guard(guard.getValue());
    }
  }

  /**
   * Records what {@code body} asks of the GPU instead of doing it. The arrays that it reads and
   * writes must stay where they are as long as the graph is used.
   *
   * @param body called {@link #within} this stream; it must not wait for the GPU
   * @throws IllegalStateException when it did what cannot be recorded
   */
  CudaGraph record(Runnable body) {
    Pointer graph = within(() -> captured(body));
    try {
      var executable = new PointerByReference();
      check(driver.cuGraphInstantiateWithFlags(executable, graph, 0));
      return new CudaGraph(driver, executable.getValue());
    } finally {
      driver.cuGraphDestroy(graph);
    }
  }

  private Pointer captured(Runnable body) {
    check(driver.cuStreamBeginCapture_v2(stream, CAPTURE_MODE_RELAXED));
    var graph = new PointerByReference();
    try {
      body.run();
    } catch (RuntimeException | Error e) {
      // Until then the stream cannot be used.
      if (driver.cuStreamEndCapture(stream, graph) == 0) {
        driver.cuGraphDestroy(graph.getValue());
      }
      throw e;
    }
    check(driver.cuStreamEndCapture(stream, graph));
    return graph.getValue();
  }

  @Override
  public void close() {
    check(driver.cuStreamDestroy_v2(stream));
  }

  static void check(int result) {
    if (result != 0) {
      throw new IllegalStateException("CUDA refuses a graph, with error " + result + ".");
    }
  }
}
