package dev.atelier.models.nn;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.DataType;
import dev.atelier.models.engine.ComputeDevice;
import dev.atelier.models.engine.Layers;
import dev.atelier.models.registry.HostCopy;
import dev.atelier.models.registry.Model;
import dev.atelier.models.weights.StoredType;
import dev.atelier.models.weights.WeightSource;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/** All weights of one network: where they come from, where they go, what was read. */
final class NetworkWeights implements AutoCloseable {
  private final Supplier<WeightSource> files;
  private final ComputeDevice device;
  private final NDManager manager;
  private final List<LayerWeights> taken = new ArrayList<>();
  private WeightSource open;
  private Path file;

  /** What the weights are to have added. */
  private WeightPatch patch = WeightPatch.NONE;

  /** What they have, but for packed ones; null where that differs among them. */
  private WeightPatch present = WeightPatch.NONE;

  /**
   * @param files opens the network's file, at the first and at any later reading
   */
  NetworkWeights(Supplier<WeightSource> files, ComputeDevice device) {
    this.files = files;
    this.device = device;
    this.manager = device.manager().newSubManager();
  }

  /** The file, open until {@link #closeFile}. */
  WeightSource source() {
    if (open == null) {
      open = files.get();
      file = open.file();
    }
    return open;
  }

  /** Where the weights are. */
  ComputeDevice device() {
    return device;
  }

  /**
   * Reads one tensor in the device's number type. It outlives the scope of the picture that it is
   * read for: the next one may have it packed anew.
   */
  NDArray read(String name) {
    NDArray weight = device.layers().arranged(source().read(manager, name, device.dataType()));
    NDScope.unregister(weight);
    return weight;
  }

  /** Reads one tensor with what the patch adds to it, otherwise as {@link #read} does. */
  NDArray readPatched(String name) {
    if (patch.changes(name).isEmpty()) {
      return read(name);
    }
    NDArray weight = manager.create(source().info(name).shape(), device.dataType());
    NDScope.unregister(weight);
    try {
      write(name, weight, false);
      return weight;
    } catch (RuntimeException | Error e) {
      weight.close();
      throw e;
    }
  }

  /**
   * Writes one tensor over a weight, from the file, with what the patch adds to it.
   *
   * @param asOnDisk whether it is there already, with nothing added
   */
  void write(String name, NDArray weight, boolean asOnDisk) {
    if (asOnDisk && weight.getDataType() == DataType.FLOAT32) {
      patch.write(name, weight, weight); // it holds what would be read again
      return;
    }
    boolean plain = patch.changes(name).isEmpty();
    boolean half = source().info(name).type() == StoredType.F16;
    // What comes back must be what was read at first, to the bit; fp16 to fp32 is exact.
    DataType type = half ? DataType.FLOAT16 : plain ? device.dataType() : DataType.FLOAT32;
    try (NDManager reading = manager.newSubManager()) {
      NDArray stored = source().read(reading, name, type);
      if (plain) {
        layers().call("overwrite", weight, stored).close();
      } else {
        patch.write(name, stored, weight);
      }
    }
  }

  /** What the weights are to have added. */
  WeightPatch patch() {
    return patch;
  }

  /**
   * Adds to the weights until the result is closed; then they are brought back by whoever uses them
   * next.
   *
   * @throws RuntimeException whatever reading and adding throw; the weights are as on disk then
   */
  Patched patched(WeightPatch wanted) {
    if (patch != WeightPatch.NONE) {
      throw new IllegalStateException("The network is patched already");
    }
    patch = wanted;
    try {
      bringUpToDate();
      return () -> patch = WeightPatch.NONE;
    } catch (RuntimeException | Error e) {
      patch = WeightPatch.NONE;
      try {
        bringUpToDate();
      } catch (RuntimeException | Error again) {
        e.addSuppressed(again); // whoever uses the network next tries again
      }
      throw e;
    }
  }

  /** Makes of the weights what the patch makes of them, but of packed ones. */
  void bringUpToDate() {
    if (present == patch) {
      return;
    }
    present = null;
    try {
      taken.forEach(LayerWeights::bringUpToDate);
      present = patch;
    } finally {
      closeFile();
    }
  }

  /** Manager of arrays in the CPU's memory that live no longer than the network. */
  NDManager host() {
    return manager.newSubManager(Device.cpu());
  }

  LayerWeights take(List<String> names) {
    var weights = new LayerWeights(this, names);
    taken.add(weights);
    return weights;
  }

  Layers layers() {
    return device.layers();
  }

  /** Runs a forward pass and frees what it makes but its result. */
  NDArray forward(Supplier<NDArray> pass) {
    return forwardAll(() -> List.of(pass.get())).get(0);
  }

  /** The same with several results. */
  List<NDArray> forwardAll(Supplier<List<NDArray>> pass) {
    try {
      bringUpToDate(); // a pass that is recorded asks no layer to
      return ComputeDevice.scopedAll(pass);
    } finally {
      closeFile(); // where layers had to read again
    }
  }

  void closeFile() {
    if (open != null) {
      open.close();
      open = null;
    }
  }

  /** Bytes of all weights taken so far. */
  long bytes() {
    return taken.stream().mapToLong(LayerWeights::bytes).sum();
  }

  /**
   * Moves all weights taken to host memory.
   *
   * @param loader builds the network from them again
   * @return empty, and nothing has changed, where some are laid out for the device
   * @throws dev.atelier.models.weights.WeightsException when they were patched and cannot be
   *     brought back
   */
  Optional<HostCopy> offload(Function<Supplier<WeightSource>, Model> loader) {
    if (taken.stream().anyMatch(LayerWeights::packs)) {
      return Optional.empty();
    }
    bringUpToDate();
    Map<String, NDArray> arrays = new LinkedHashMap<>();
    taken.forEach(layer -> layer.forEach(arrays::put));
    var copy = new OffloadedWeights(file, files, device.manager(), arrays, loader);
    close();
    return Optional.of(copy);
  }

  /** Frees all weights taken. */
  @Override
  public void close() {
    closeFile();
    taken.forEach(LayerWeights::close);
    taken.clear();
    manager.close();
  }
}
