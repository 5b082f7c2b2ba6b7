package dev.atelier.models.engine;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs a network's forward passes. On a GPU the second one in a row for inputs of the same shapes
 * is recorded as a CUDA graph and done again as a whole from then on: asking for its hundreds of
 * kernels one by one takes a host longer than a fast GPU takes for all of them. Its numbers are the
 * same, to the bit. On a CPU, and where CUDA does not let itself be recorded, nothing is.
 *
 * <p>The network's weights must stay where they are in memory; their numbers may change.
 */
public final class PassRecorder implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(PassRecorder.class);

  /** {@code -Datelier.cudaGraphs=false} has every pass asked for kernel by kernel. */
  private static final boolean WANTED =
      Boolean.parseBoolean(System.getProperty("atelier.cudaGraphs", "true"));

  /** Each holds memory; a picture that is enlarged on its way has two shapes. */
  private static final int MOST = 2;

  private final ComputeDevice device;

  /** The one used longest ago comes first; empty where there is no memory to record one. */
  private final Map<List<Input>, Optional<RecordedPass>> recorded =
      new LinkedHashMap<>(MOST, 0.75f, true);

  private boolean records;
  private List<Input> last;
  private CudaStream stream;

  /** What a graph depends on. */
  private record Input(Shape shape, DataType type) {
    static Input of(NDArray array) {
      return new Input(array.getShape(), array.getDataType());
    }
  }

  /** For the passes of one network on {@code device}; it belongs to the device's thread. */
  public PassRecorder(ComputeDevice device) {
    this.device = device;
    this.records = WANTED && device.device().isGpu();
  }

  /**
   * Runs a pass.
   *
   * @param inputs on the device or the CPU; the pass may get copies of them instead
   * @param pass always the same one, which depends on nothing but its inputs and the weights, and
   *     does not wait for the GPU
   * @return its result, attached to the manager of the first input
   */
  public NDArray run(List<NDArray> inputs, Function<List<NDArray>, NDArray> pass) {
    if (!records) {
      return pass.apply(inputs);
    }
    List<Input> these = inputs.stream().map(Input::of).toList();
    boolean again = these.equals(last);
    last = these;
    if (again && !recorded.containsKey(these)) {
      record(these, inputs, pass);
    }
    Optional<RecordedPass> known = recorded.getOrDefault(these, Optional.empty());
    return known.isPresent() ? known.get().replay(inputs) : pass.apply(inputs);
  }

  private void record(
      List<Input> these, List<NDArray> inputs, Function<List<NDArray>, NDArray> pass) {
    try {
      if (stream == null) {
        stream = new CudaStream(device.device().getDeviceId());
      }
      while (recorded.size() >= MOST) {
        recorded.remove(recorded.keySet().iterator().next()).ifPresent(RecordedPass::close);
      }
      recorded.put(these, RecordedPass.record(device, stream, inputs, pass));
    } catch (RuntimeException | LinkageError e) {
      records = false;
      log.warn("Passes are not recorded as CUDA graphs and may take longer.", e);
    }
  }

  /** Frees all that is recorded. */
  @Override
  public void close() {
    recorded.values().forEach(pass -> pass.ifPresent(RecordedPass::close));
    recorded.clear();
    last = null;
    if (stream != null) {
      stream.close();
      stream = null;
    }
  }
}
