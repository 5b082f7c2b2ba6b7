package dev.atelier.models.nn;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.DataType;
import dev.atelier.models.registry.HostCopy;
import dev.atelier.models.registry.Model;
import dev.atelier.models.weights.StoredType;
import dev.atelier.models.weights.TensorInfo;
import dev.atelier.models.weights.WeightSource;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;

/** A network's weights in host memory, from which it is built again as from its file. */
final class OffloadedWeights implements HostCopy {
  private final Path file;
  private final Supplier<WeightSource> files;
  private final NDManager host;
  private final Map<String, NDArray> arrays = new LinkedHashMap<>();
  private final Function<Supplier<WeightSource>, Model> loader;
  private boolean closed;

  /**
   * Copies weights.
   *
   * @param file where they came from, for messages
   * @param files opens it, for what the network has to read when this copy is gone
   * @param weights on the device; they stay the caller's
   * @param loader builds the network
   */
  OffloadedWeights(
      Path file,
      Supplier<WeightSource> files,
      NDManager device,
      Map<String, NDArray> weights,
      Function<Supplier<WeightSource>, Model> loader) {
    this.file = file;
    this.files = files;
    this.host = device.newSubManager(Device.cpu());
    this.loader = loader;
    try {
      weights.forEach((name, array) -> arrays.put(name, copied(array, host)));
    } catch (RuntimeException | Error e) {
      host.close();
      throw e;
    }
  }

  private static NDArray copied(NDArray array, NDManager to) {
    NDArray copy = array.toDevice(to.getDevice(), true);
    copy.attach(to);
    NDScope.unregister(copy); // outlives the picture that needed the room
    return copy;
  }

  @Override
  public long bytes() {
    return arrays.values().stream().mapToLong(OffloadedWeights::bytes).sum();
  }

  private static long bytes(NDArray array) {
    return array.size() * array.getDataType().getNumOfBytes();
  }

  @Override
  public Model restore() {
    return loader.apply(() -> closed ? files.get() : new Source());
  }

  @Override
  public void close() {
    closed = true;
    host.close();
  }

  /** The weights as a file of them would be read. */
  private final class Source implements WeightSource {
    @Override
    public Path file() {
      return file;
    }

    @Override
    public Set<String> names() {
      return Collections.unmodifiableSet(arrays.keySet());
    }

    @Override
    public TensorInfo info(String name) {
      NDArray array = array(name);
      StoredType type =
          Arrays.stream(StoredType.values())
              .filter(each -> each.engineType().filter(array.getDataType()::equals).isPresent())
              .findFirst()
              .orElseThrow();
      return new TensorInfo(name, type, array.getShape(), bytes(array));
    }

    @Override
    public NDArray read(NDManager manager, String name, DataType want) {
      NDArray array = array(name);
      if (array.getDataType() != want) {
        throw new IllegalArgumentException(name + " is not kept as " + want);
      }
      NDArray copy = copied(array, manager);
      copy.setName(name);
      return copy;
    }

    private NDArray array(String name) {
      NDArray array = arrays.get(name);
      if (array == null) {
        throw new IllegalArgumentException("There is no " + name);
      }
      return array;
    }

    @Override
    public void copy(String name, WritableByteChannel to) {
      throw new UnsupportedOperationException("These weights are never written");
    }

    @Override
    public void close() {}
  }
}
