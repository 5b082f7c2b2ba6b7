package dev.atelier.models.pipeline;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import dev.atelier.models.engine.Layers;
import dev.atelier.models.sampling.NoiseSource;
import java.util.function.IntToLongFunction;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * The noise of a request's runs: its seeds' own, with what its variation and its seed resize change
 * in the first draw. Used inside one NDScope.
 */
final class RequestNoise {
  private final Layers layers;
  private final NDManager manager;
  private final ImageRequest request;

  RequestNoise(Layers layers, NDManager manager, ImageRequest request) {
    this.layers = layers;
    this.manager = manager;
    this.request = request;
  }

  /**
   * The seeds' own draws, from generators that have not drawn yet.
   *
   * @param shape of a draw for the whole batch, {@code [n, 4, h, w]}
   */
  NoiseSource source(Shape shape) {
    return request.variation().isEmpty()
        ? NoiseSource.of(layers, manager, shape, request.seed(), request.batchNoise())
        : source(shape, request::seedOf);
  }

  /**
   * What a run begins with. Takes the first draw of its source, whatever it makes of it, so that
   * the draws behind it are those of the seeds alone.
   *
   * @param source has not drawn yet
   * @param shape of its draws
   * @return an array of that shape
   */
  NDArray first(NoiseSource source, Shape shape) {
    NDArray own = source.get().duplicate();
    Shape drawn = request.seedResize().map(resize -> resize.drawnFor(shape)).orElse(shape);
    if (drawn.equals(shape)) {
      return varied(own, shape);
    }
    try (NoiseSource resized = source(drawn)) {
      lay(varied(resized.get(), drawn), own);
    }
    return own;
  }

  /** Noise mixed with another seed's of the same shape where that is asked for. */
  private NDArray varied(NDArray own, Shape shape) {
    if (request.variation().isEmpty()) {
      return own;
    }
    IntToLongFunction others = i -> request.variationOf(i).orElseThrow().seed();
    try (NoiseSource other = source(shape, others)) {
      return layers.call("slerp", own, other.get(), request.variation().get().strength());
    }
  }

  private NoiseSource source(Shape shape, IntToLongFunction seedOf) {
    LongStream seeds = IntStream.range(0, request.batchSize()).mapToLong(seedOf);
    return NoiseSource.of(layers, manager, new Shape(1).addAll(shape.slice(1)), seeds);
  }

  private static void lay(NDArray part, NDArray whole) {
    CentredPart y = CentredPart.of(part.getShape().get(2), whole.getShape().get(2));
    CentredPart x = CentredPart.of(part.getShape().get(3), whole.getShape().get(3));
    whole.set(
        rectangle(y.to(), y.toEnd(), x.to(), x.toEnd()),
        part.get(rectangle(y.from(), y.fromEnd(), x.from(), x.fromEnd())));
  }

  private static NDIndex rectangle(long top, long bottom, long left, long right) {
    return new NDIndex(":, :, {}:{}, {}:{}", top, bottom, left, right);
  }
}
