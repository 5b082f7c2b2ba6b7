package dev.atelier.models.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.atelier.models.engine.ComputeDevice;
import dev.atelier.models.engine.Layers;
import dev.atelier.models.registry.HostCopy;
import dev.atelier.models.registry.Model;
import dev.atelier.models.weights.WeightSource;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * A network's weights while it is being built, seen from one module's path. The network's root owns
 * whatever was taken from any path below it.
 */
final class ModuleWeights implements AutoCloseable {
  private final NetworkWeights network;
  private final String path;

  private ModuleWeights(NetworkWeights network, String path) {
    this.network = network;
    this.path = path;
  }

  /**
   * Builds a network whose weights go to {@code device}; what was read is freed when the building
   * fails.
   *
   * @param files opens the network's weights, now and whenever they have to be read again
   */
  static <T> T building(
      Supplier<WeightSource> files, ComputeDevice device, Function<ModuleWeights, T> network) {
    var root = new ModuleWeights(new NetworkWeights(files, device), "");
    try {
      T built = network.apply(root);
      root.network.closeFile();
      return built;
    } catch (RuntimeException | Error e) {
      root.close();
      throw e;
    }
  }

  /** The weights of a child module, e.g. {@code at("down_blocks.0")}. */
  ModuleWeights at(String child) {
    return new ModuleWeights(network, path + child + ".");
  }

  /** The file, for messages. */
  Path file() {
    return network.source().file();
  }

  /** Whether the module has that tensor or child module. */
  boolean has(String name) {
    return network.source().names().contains(path + name);
  }

  /**
   * Reads tensors in the order given.
   *
   * @throws dev.atelier.models.weights.WeightsException when one is missing
   */
  LayerWeights take(String... names) {
    return network.take(Stream.of(names).map(path::concat).toList());
  }

  /** {@link #take} with {@code .weight} and {@code .bias} of each of the modules named. */
  LayerWeights takeModules(String... modules) {
    return take(
        Stream.of(modules)
            .flatMap(m -> Stream.of(m + ".weight", m + ".bias"))
            .toArray(String[]::new));
  }

  /** Where the weights are. */
  ComputeDevice device() {
    return network.device();
  }

  /** Manager of arrays in the CPU's memory that live no longer than the network. */
  NDManager host() {
    return network.host();
  }

  Layers layers() {
    return network.layers();
  }

  /** Runs a forward pass of the whole network and frees what it makes but its result. */
  NDArray forward(Supplier<NDArray> pass) {
    return network.forward(pass);
  }

  /** The same with several results. */
  List<NDArray> forwardAll(Supplier<List<NDArray>> pass) {
    return network.forwardAll(pass);
  }

  /**
   * Adds to the weights of the whole network until the result is closed.
   *
   * @throws RuntimeException whatever reading and adding throw; the weights are as on disk then
   */
  Patched patched(WeightPatch patch) {
    return network.patched(patch);
  }

  /** Bytes of all weights taken so far. */
  long bytes() {
    return network.bytes();
  }

  /**
   * Moves all weights taken to host memory.
   *
   * @param loader builds the network from them again
   * @return empty, and nothing has changed, where some are laid out for the device
   */
  Optional<HostCopy> offload(Function<Supplier<WeightSource>, Model> loader) {
    return network.offload(loader);
  }

  /** Frees all weights taken. */
  @Override
  public void close() {
    network.close();
  }
}
