package dev.atelier.models.sampling;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.Shape;
import dev.atelier.models.engine.Layers;
import dev.atelier.models.engine.SeededGenerator;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.LongStream;

/**
 * The noise of one run: the same numbers as PyTorch's {@code torch.randn(shape,
 * generator=torch.Generator("cpu").manual_seed(seed))} called again and again, whatever device the
 * run is on. Each draw is made when it is asked for.
 *
 * <p>Not thread-safe, though any number may be in use at once.
 */
public final class NoiseSource implements Supplier<NDArray>, AutoCloseable {
  private final NDManager cpu;
  private final NDManager manager;
  private final Shape each;
  private final List<SeededGenerator> generators = new ArrayList<>();
  private NDArray current;

  private NoiseSource(NDManager manager, Shape each) {
    this.manager = manager;
    this.each = each;
    this.cpu = manager.newSubManager(Device.cpu());
  }

  /**
   * The noise of a run.
   *
   * @param layers whose generators draw
   * @param manager what {@link #get} gives is attached to it and on its device
   * @param shape of a draw for the whole batch, {@code [n, 4, h, w]}
   * @param seed 0 to 2^32 - 1
   * @param batchNoise where the noise of the second and later pictures comes from
   */
  public static NoiseSource of(
      Layers layers, NDManager manager, Shape shape, long seed, BatchNoise batchNoise) {
    if (batchNoise == BatchNoise.ONE_GENERATOR) {
      return of(layers, manager, shape, LongStream.of(seed));
    }
    Shape each = new Shape(1).addAll(shape.slice(1));
    LongStream seeds = LongStream.range(0, shape.get(0)).map(i -> (seed + i) & 0xFFFF_FFFFL);
    return of(layers, manager, each, seeds);
  }

  /**
   * The noise of a batch whose pictures have a generator each.
   *
   * @param each shape of a picture's draw, {@code [1, 4, h, w]}
   * @param seeds one a picture
   */
  public static NoiseSource of(Layers layers, NDManager manager, Shape each, LongStream seeds) {
    NoiseSource source = new NoiseSource(manager, each);
    seeds.mapToObj(layers::generator).forEach(source.generators::add);
    return source;
  }

  /**
   * The next draw.
   *
   * @return the shape given to {@link #of}, float32, on the manager's device; valid until the next
   *     call
   */
  @Override
  public NDArray get() {
    closeCurrent();
    NDList parts = new NDList();
    for (SeededGenerator generator : generators) {
      parts.add(generator.normal(cpu, each));
    }
    NDArray drawn = parts.size() == 1 ? parts.head() : NDArrays.concat(parts, 0);
    if (parts.size() > 1) {
      parts.close();
    }
    current = drawn.toDevice(manager.getDevice(), false);
    current.attach(manager);
    NDScope.unregister(current);
    if (current != drawn) {
      drawn.close();
    }
    return current;
  }

  private void closeCurrent() {
    if (current != null) {
      current.close();
      current = null;
    }
  }

  /** Closes what was given last and the generators. */
  @Override
  public void close() {
    closeCurrent();
    generators.forEach(SeededGenerator::close);
    cpu.close();
  }
}
