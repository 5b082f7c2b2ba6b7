package dev.atelier.models.pipeline;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import dev.atelier.models.CpuDevice;
import dev.atelier.models.sampling.BatchNoise;
import dev.atelier.models.sampling.NoiseSource;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a seed resize does to the noise that a run begins with; shapes are those of latents. */
class RequestNoiseTest {
  private static final long SEED = 40;
  private static final Variation VARIATION = new Variation(900, 0.3);

  @RegisterExtension private static final CpuDevice cpu = new CpuDevice();

  /** A picture's request of 8 x 8 latents. */
  private static ImageRequest.Builder request() {
    return ImageRequest.builder("m").setPrompt("x").optSize(64, 64).optSeed(SEED);
  }

  private static ImageRequest.Builder resized(int width, int height) {
    return request().optSeedResize(Optional.of(new SeedResize(width * 8, height * 8)));
  }

  private NDArray first(ImageRequest.Builder request, int width, int height) {
    ImageRequest built = request.build();
    Shape shape = new Shape(built.batchSize(), 4, height, width);
    RequestNoise noise = noise(built);
    try (NoiseSource source = noise.source(shape)) {
      return noise.first(source, shape);
    }
  }

  private static RequestNoise noise(ImageRequest request) {
    return new RequestNoise(cpu.device().layers(), cpu.manager(), request);
  }

  private static void assertSame(NDArray expected, NDArray actual) {
    assertEquals(expected.getShape(), actual.getShape());
    assertArrayEquals(expected.toFloatArray(), actual.toFloatArray());
  }

  private static NDArray part(NDArray array, int top, int bottom, int left, int right) {
    return array.get(new NDIndex(":, :, {}:{}, {}:{}", top, bottom, left, right));
  }

  @Test
  void resizedFromItsOwnSizeASeedIsAsItWas() {
    assertSame(first(request(), 8, 8), first(resized(8, 8), 8, 8));
  }

  @Test
  void aLargerPictureHasTheSmallOnesNoiseInItsMiddle() {
    NDArray noise = first(resized(8, 8), 12, 10);
    assertSame(first(request(), 8, 8), part(noise, 1, 9, 2, 10));
    NDArray own = first(request(), 12, 10);
    assertSame(part(own, 0, 1, 0, 12), part(noise, 0, 1, 0, 12));
    assertSame(part(own, 9, 10, 0, 12), part(noise, 9, 10, 0, 12));
    assertSame(part(own, 0, 10, 0, 2), part(noise, 0, 10, 0, 2));
    assertSame(part(own, 0, 10, 10, 12), part(noise, 0, 10, 10, 12));
  }

  @Test
  void aSmallerPictureHasTheMiddleOfTheLargeOnesNoise() {
    NDArray large = first(request(), 14, 10);
    assertSame(part(large, 1, 9, 3, 11), first(resized(14, 10), 8, 8));
  }

  @Test
  void anOddDifferenceLeavesTheLastColumnAsItWas() {
    NDArray noise = first(resized(11, 9), 8, 12);
    assertSame(part(first(request(), 11, 9), 0, 9, 2, 9), part(noise, 1, 10, 0, 7));
    assertSame(part(first(request(), 8, 12), 0, 12, 7, 8), part(noise, 0, 12, 7, 8));
  }

  @Test
  void aVariationIsMixedInAtTheSizeThatIsResizedFrom() {
    NDArray small = first(request().optVariation(Optional.of(VARIATION)), 8, 8);
    NDArray noise = first(resized(8, 8).optVariation(Optional.of(VARIATION)), 12, 8);
    assertSame(small, part(noise, 0, 8, 2, 10));
    assertSame(part(first(request(), 12, 8), 0, 8, 0, 2), part(noise, 0, 8, 0, 2));
  }

  @Test
  void eachPictureOfABatchIsItsSeedsOwn() {
    NDArray batch = first(resized(8, 8).optBatch(2, BatchNoise.SEED_PLUS_INDEX), 10, 10);
    assertSame(first(resized(8, 8).optSeed(SEED + 1), 10, 10), batch.get(new NDIndex("1:2")));
  }

  /** What ancestral samplers draw at each step has the picture's size in any case. */
  @Test
  void laterDrawsAreThoseOfTheSeedAlone() {
    Shape shape = new Shape(1, 4, 10, 10);
    RequestNoise plain = noise(request().build());
    RequestNoise resized = noise(resized(8, 8).build());
    try (NoiseSource expected = plain.source(shape);
        NoiseSource actual = resized.source(shape)) {
      plain.first(expected, shape);
      resized.first(actual, shape);
      assertSame(expected.get(), actual.get());
    }
  }

  @Test
  void whatCannotBeIsRefused() {
    var size = assertThrows(InvalidRequestException.class, () -> new SeedResize(100, 64));
    assertEquals("seed_resize.width", size.field());
    assertEquals(
        "The width to resize the seed from must be a multiple of 8 between 64 and 2048 pixels, not"
            + " 100.",
        size.getMessage());
    ImageRequest.Builder batch = resized(8, 8).optBatch(2, BatchNoise.ONE_GENERATOR);
    assertEquals("seed_resize", assertThrows(InvalidRequestException.class, batch::build).field());
  }
}
