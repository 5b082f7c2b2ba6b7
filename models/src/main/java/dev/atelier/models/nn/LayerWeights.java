package dev.atelier.models.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.Shape;
import dev.atelier.models.engine.Parameters;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Function;

/**
 * The weights of one layer, with what the network's patch adds to them. Those of its convolutions
 * are packed for the input that the layer sees, when it sees it: the order that oneDNN wants
 * depends on its size and on the batch. Another input has them read from the file and packed again,
 * which costs a small part of a step; keeping them as they are on disk as well would double the
 * memory.
 */
final class LayerWeights implements AutoCloseable {
  private final NetworkWeights network;
  private final List<String> names;
  private final Parameters parameters;
  private final List<Convolution> convolutions = new ArrayList<>();

  /** What was added to each weight; null while a weight is being written. */
  private final List<List<?>> changes = new ArrayList<>();

  /** What all convolutions were packed for. */
  private Shape packedFor;

  private WeightPatch packedWith;

  /** A convolution's weight. */
  private static final class Convolution {
    final int index;
    final int kernel;

    /** Null while it lies as on disk. */
    Shape packedFor;

    Convolution(int index, int kernel) {
      this.index = index;
      this.kernel = kernel;
    }
  }

  /** How a convolution goes over its input. */
  private record Window(int stride, int padding) {}

  /** Reads the tensors named, in that order. */
  LayerWeights(NetworkWeights network, List<String> names) {
    this.network = network;
    this.names = List.copyOf(names);
    this.parameters = Parameters.of(names.stream().map(network::read).toList());
    for (int i = 0; i < names.size(); i++) {
      changes.add(List.of());
      Shape shape = parameters.get(i).getShape();
      if (network.layers().packs(shape)) {
        convolutions.add(new Convolution(i, (int) shape.get(2)));
      }
    }
  }

  /** The same with those from one place to another {@link Parameters#join joined}. */
  LayerWeights joining(int from, int to) {
    parameters.join(from, to);
    return this;
  }

  /** The weights of a layer without convolutions. */
  Parameters get() {
    network.bringUpToDate();
    return parameters;
  }

  /** The weights for a layer whose convolutions keep the height and width of {@code input}. */
  Parameters fitting(NDArray input) {
    return fitting(input.getShape());
  }

  /** {@link #fitting(NDArray)} for [n, channels, height, width]; the channels do not matter. */
  Parameters fitting(Shape input) {
    return fitting(input, c -> new Window(1, c.kernel / 2));
  }

  /** The weights for a layer of one convolution. */
  Parameters fitting(Shape input, int stride, int padding) {
    return fitting(input, c -> new Window(stride, padding));
  }

  private Parameters fitting(Shape input, Function<Convolution, Window> window) {
    network.bringUpToDate();
    var places = new Shape(input.get(0), input.get(2), input.get(3));
    if (!places.equals(packedFor) || packedWith != network.patch()) {
      packedFor = null; // until all of them are
      for (Convolution convolution : convolutions) {
        if (!places.equals(convolution.packedFor) || !upToDate(convolution.index)) {
          pack(convolution, input, window.apply(convolution));
          convolution.packedFor = places;
        }
      }
      packedFor = places;
      packedWith = network.patch();
    }
    return parameters;
  }

  private boolean upToDate(int index) {
    return network.patch().changes(names.get(index)).equals(changes.get(index));
  }

  private void pack(Convolution convolution, Shape input, Window window) {
    int index = convolution.index;
    if (convolution.packedFor == null) {
      pack(index, parameters.get(index), window, input);
    } else {
      try (NDArray read = network.readPatched(names.get(index))) {
        pack(index, read, window, input);
      }
      changes.set(index, network.patch().changes(names.get(index)));
    }
  }

  /** Leaves everything as it was when there is no memory for it. */
  private void pack(int index, NDArray weight, Window window, Shape input) {
    NDArray packed = network.layers().packed(weight, window.stride, window.padding, input);
    NDScope.unregister(packed); // outlives the forward pass in which it was made
    parameters.set(index, packed).close();
  }

  /**
   * Makes of every weight what the network's patch makes of it. What is packed follows when the
   * layer is used, for only then its input is known.
   */
  void bringUpToDate() {
    for (int i = 0; i < names.size(); i++) {
      if (!upToDate(i) && !packed(i)) {
        boolean plain = List.of().equals(changes.set(i, null)); // null until it is written
        network.write(names.get(i), parameters.get(i), plain);
        changes.set(i, network.patch().changes(names.get(i)));
      }
    }
  }

  private boolean packed(int index) {
    return convolutions.stream().anyMatch(c -> c.index == index && c.packedFor != null);
  }

  /** Whether some weights are laid out for the device, or will be. */
  boolean packs() {
    return !convolutions.isEmpty();
  }

  /** Every weight with its name in the file. */
  void forEach(BiConsumer<String, NDArray> each) {
    for (int i = 0; i < names.size(); i++) {
      each.accept(names.get(i), parameters.get(i));
    }
  }

  long bytes() {
    return parameters.bytes();
  }

  @Override
  public void close() {
    parameters.close();
  }
}
