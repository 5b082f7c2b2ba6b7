package dev.atelier.models.engine;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.JniUtils;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * A forward pass as a CUDA graph, with the memory that it works in.
 *
 * <p>That memory is libtorch's: what the pass allocated while it was recorded. libtorch takes it
 * for free afterwards, so it has to be held or it would be given to others. It cannot be held piece
 * by piece, for the pieces overlap in time. Instead a cushion is allocated on the stream and freed
 * before the recording, which then finds all that it needs in there, and is allocated again behind
 * it: libtorch's allocator gives out what the stream has before it asks the driver for more, in
 * blocks of up to 1 MiB from one pool and larger ones from another.
 */
final class RecordedPass implements AutoCloseable {
  private static final int MIB = 1 << 20;

  /** Blocks of 1 MiB that the cushion has at first; the large one is {@link #LARGE} times that. */
  private static final int FIRST = 12;

  private static final int MOST = 512;
  private static final int LARGE = 8;

  /**
   * Other programs take memory, too; one that does it twice in a row only makes a cushion larger.
   */
  private static final int LOOKS = 2;

  private final ComputeDevice device;
  private final NDManager manager;
  private final List<NDArray> inputs = new ArrayList<>();
  private NDArray output;
  private CudaGraph graph;

  private RecordedPass(ComputeDevice device) {
    this.device = device;
    this.manager = device.manager().newSubManager();
  }

  /**
   * Records a pass; it is run once before, on the recording's stream, for what libraries allocate
   * and try on their first call.
   *
   * @param like inputs of the shapes and types that all others will have
   * @return empty when there is not the memory that would have to be held for it
   * @throws IllegalStateException when CUDA refuses
   */
  static Optional<RecordedPass> record(
      ComputeDevice device,
      CudaStream stream,
      List<NDArray> like,
      Function<List<NDArray>, NDArray> pass) {
    var made = new RecordedPass(device);
    try {
      for (NDArray input : like) {
        made.inputs.add(made.array(input.getShape(), input.getDataType()));
      }
      made.fill(like);
      device.synchronize();
      made.output = stream.within(() -> made.outputOf(pass));
      made.graph = made.record(stream, pass).orElse(null);
      if (made.graph != null) {
        return Optional.of(made);
      }
      made.close();
      return Optional.empty();
    } catch (RuntimeException | Error e) {
      made.close();
      if (OutOfMemory.caused(e)) {
        return Optional.empty();
      }
      throw e;
    } finally {
      JniUtils.emptyCudaCache(); // what the tries left to the stream is of no use to others
    }
  }

  private NDArray outputOf(Function<List<NDArray>, NDArray> pass) {
    try (NDArray result = ComputeDevice.scoped(() -> pass.apply(inputs))) {
      return array(result.getShape(), result.getDataType());
    }
  }

  private Optional<CudaGraph> record(CudaStream stream, Function<List<NDArray>, NDArray> pass) {
    CudaDriver driver = CudaDriver.find().orElseThrow();
    for (int blocks = FIRST; blocks <= MOST; blocks += blocks / 4) {
      for (int look = 0; look < LOOKS; look++) {
        Optional<CudaGraph> recorded = record(driver, stream, blocks, pass);
        if (recorded.isPresent()) {
          return recorded;
        }
      }
    }
    return Optional.empty();
  }

  /** Empty when the recording took more from the driver than the cushion, or others did. */
  private Optional<CudaGraph> record(
      CudaDriver driver, CudaStream stream, int blocks, Function<List<NDArray>, NDArray> pass) {
    int gpu = device.device().getDeviceId();
    JniUtils.emptyCudaCache(); // what the stream has left would not be held
    stream.within(() -> cushion(blocks)).close();
    long used = driver.usedBytes(gpu);
    CudaGraph recorded = stream.record(() -> copy(output, pass));
    NDManager held = stream.within(() -> cushion(blocks));
    if (driver.usedBytes(gpu) == used) {
      return Optional.of(recorded);
    }
    held.close();
    recorded.close();
    return Optional.empty();
  }

  private void copy(NDArray to, Function<List<NDArray>, NDArray> pass) {
    try (NDArray result = ComputeDevice.scoped(() -> pass.apply(inputs))) {
      device.layers().call("copy_into", to, result).close();
    }
  }

  private NDManager cushion(int blocks) {
    NDManager cushion = manager.newSubManager();
    kept(cushion.create(new Shape((long) blocks * LARGE * MIB), DataType.UINT8));
    for (int i = 0; i < blocks; i++) {
      kept(cushion.create(new Shape(MIB), DataType.UINT8));
    }
    return cushion;
  }

  private NDArray array(Shape shape, DataType type) {
    return kept(manager.create(shape, type));
  }

  /** It outlives the scope of the picture in which it is made. */
  private static NDArray kept(NDArray array) {
    NDScope.unregister(array);
    return array;
  }

  private void fill(List<NDArray> from) {
    for (int i = 0; i < inputs.size(); i++) {
      device.layers().call("copy_into", inputs.get(i), from.get(i)).close();
    }
  }

  /** Runs it; the result belongs to the manager of the first input. */
  NDArray replay(List<NDArray> from) {
    fill(from);
    graph.launch();
    NDArray result = output.duplicate();
    result.attach(from.get(0).getManager());
    return result;
  }

  @Override
  public void close() {
    try {
      if (graph != null) {
        device.synchronize(); // the GPU may be at it
        graph.close();
      }
    } finally {
      manager.close();
    }
  }
}
