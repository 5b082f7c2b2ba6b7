package dev.atelier.models.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.atelier.models.engine.ComputeDevice;
import dev.atelier.models.engine.Layers;
import dev.atelier.models.engine.Parameters;
import dev.atelier.models.weights.WeightSource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * A network's weights while it is being built, seen from one module's path. The network's root owns
 * whatever was taken from any path below it.
 */
final class ModuleWeights implements AutoCloseable {
  private final WeightSource source;
  private final ComputeDevice device;
  private final NDManager manager;
  private final List<Parameters> taken;
  private final String path;

  private ModuleWeights(
      WeightSource source,
      ComputeDevice device,
      NDManager manager,
      List<Parameters> taken,
      String path) {
    this.source = source;
    this.device = device;
    this.manager = manager;
    this.taken = taken;
    this.path = path;
  }

  /**
   * Builds a network whose weights come from {@code source} and go to {@code device}; what was read
   * is freed when the building fails.
   */
  static <T> T building(
      WeightSource source, ComputeDevice device, Function<ModuleWeights, T> network) {
    var root =
        new ModuleWeights(source, device, device.manager().newSubManager(), new ArrayList<>(), "");
    try {
      return network.apply(root);
    } catch (RuntimeException | Error e) {
      root.close();
      throw e;
    }
  }

  /** The weights of a child module, e.g. {@code at("down_blocks.0")}. */
  ModuleWeights at(String child) {
    return new ModuleWeights(source, device, manager, taken, path + child + ".");
  }

  /** Whether the module has that tensor or child module. */
  boolean has(String name) {
    return source.names().contains(path + name);
  }

  /**
   * Reads tensors in the order given.
   *
   * @throws dev.atelier.models.weights.WeightsException when one is missing
   */
  Parameters take(String... names) {
    return taken(Stream.of(names).map(n -> packed(read(n))).toList());
  }

  /** {@link #take} with weight and bias of a convolution of that stride and padding. */
  Parameters takeConv(String module, int stride, int padding) {
    NDArray weight = device.layers().packed(read(module + ".weight"), stride, padding);
    return taken(List.of(weight, read(module + ".bias")));
  }

  private NDArray read(String name) {
    return source.read(manager, path + name, device.dataType());
  }

  /** Every tensor of four dimensions is the weight of a convolution that keeps the borders. */
  private NDArray packed(NDArray array) {
    if (array.getShape().dimension() != 4) {
      return array;
    }
    int kernel = (int) array.getShape().get(2);
    return device.layers().packed(array, 1, kernel / 2);
  }

  private Parameters taken(List<NDArray> arrays) {
    Parameters parameters = Parameters.of(arrays);
    taken.add(parameters);
    return parameters;
  }

  /** {@link #take} with {@code .weight} and {@code .bias} of each of the modules named. */
  Parameters takeModules(String... modules) {
    return take(
        Stream.of(modules)
            .flatMap(m -> Stream.of(m + ".weight", m + ".bias"))
            .toArray(String[]::new));
  }

  Layers layers() {
    return device.layers();
  }

  /** Bytes of all weights taken so far. */
  long bytes() {
    return taken.stream().mapToLong(Parameters::bytes).sum();
  }

  /** Frees all weights taken. */
  @Override
  public void close() {
    taken.forEach(Parameters::close);
    taken.clear();
    manager.close();
  }
}
