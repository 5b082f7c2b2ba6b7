package dev.atelier.models.sampling;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.JniUtils;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Supplier;

/**
 * The noise of one run: the same numbers as PyTorch's {@code torch.randn(shape,
 * generator=torch.Generator("cpu").manual_seed(seed))} called again and again, whatever device the
 * run is on. That generator is one for the whole process in DJL, so everything a run needs is drawn
 * ahead, when it is made.
 *
 * <p>Not thread-safe, though any number may be made at once.
 */
public final class NoiseSource implements Supplier<NDArray>, AutoCloseable {
  private static final Object GENERATOR = new Object();

  private final NDManager cpu;
  private final NDManager manager;
  private final Deque<NDArray> ahead = new ArrayDeque<>();
  private NDArray current;

  private NoiseSource(NDManager manager) {
    this.manager = manager;
    this.cpu = manager.newSubManager(Device.cpu());
  }

  /**
   * Draws the noise of a run.
   *
   * @param manager what {@link #get} gives is attached to it and on its device
   * @param shape of a draw for the whole batch, {@code [n, 4, h, w]}; 16 elements or more a picture
   * @param seed 0 to 2^32 - 1
   * @param batchNoise where the noise of the second and later pictures comes from
   * @param draws how often noise is asked for: once for the first latent and {@link
   *     Solver#noiseDraws} times
   */
  public static NoiseSource draw(
      NDManager manager, Shape shape, long seed, BatchNoise batchNoise, int draws) {
    NoiseSource source = new NoiseSource(manager);
    switch (batchNoise) {
      case ONE_GENERATOR -> source.ahead.addAll(source.sequence(seed, shape, draws));
      case SEED_PLUS_INDEX -> source.drawEach(shape, seed, draws);
    }
    return source;
  }

  private void drawEach(Shape shape, long seed, int draws) {
    Shape one = new Shape(1).addAll(shape.slice(1));
    List<List<NDArray>> pictures = new ArrayList<>();
    for (int i = 0; i < shape.get(0); i++) {
      pictures.add(sequence((seed + i) & 0xFFFF_FFFFL, one, draws));
    }
    for (int draw = 0; draw < draws; draw++) {
      NDList parts = new NDList();
      for (List<NDArray> picture : pictures) {
        parts.add(picture.get(draw));
      }
      try (parts) {
        NDArray batch = NDArrays.concat(parts, 0);
        NDScope.unregister(batch);
        ahead.add(batch);
      }
    }
  }

  private List<NDArray> sequence(long seed, Shape shape, int draws) {
    List<NDArray> sequence = new ArrayList<>();
    synchronized (GENERATOR) {
      // Engine.setRandomSeed takes an int, which has no room for the upper half of the seeds.
      JniUtils.setSeed(seed);
      for (int i = 0; i < draws; i++) {
        NDArray noise = cpu.randomNormal(0, 1, shape, DataType.FLOAT32);
        NDScope.unregister(noise);
        sequence.add(noise);
      }
    }
    return sequence;
  }

  /**
   * The next draw.
   *
   * @return the shape given to {@link #draw}, float32, on the manager's device; valid until the
   *     next call
   * @throws IllegalStateException when all has been given
   */
  @Override
  public NDArray get() {
    closeCurrent();
    NDArray next = ahead.poll();
    if (next == null) {
      throw new IllegalStateException("no noise left: fewer draws were announced");
    }
    current = next.toDevice(manager.getDevice(), false);
    current.attach(manager);
    NDScope.unregister(current);
    if (current != next) {
      next.close();
    }
    return current;
  }

  private void closeCurrent() {
    if (current != null) {
      current.close();
      current = null;
    }
  }

  /** Closes what was given and what is left. */
  @Override
  public void close() {
    closeCurrent();
    ahead.clear();
    cpu.close();
  }
}
