package dev.atelier.models.sampling;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.Shape;
import dev.atelier.models.CpuDevice;
import java.util.Arrays;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NoiseSourceTest {
  /** torch's vectorised logarithm and cosine differ from Java's in the last digits. */
  private static final float TOLERANCE = 5e-6f;

  @RegisterExtension private static final CpuDevice cpu = new CpuDevice();

  private NoiseSource noise(Shape shape, long seed, BatchNoise batchNoise) {
    return NoiseSource.of(cpu.device().layers(), cpu.manager(), shape, seed, batchNoise);
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 7, 0x7FFF_FFFFL, 0x8000_0000L, 0xFFFF_FFFFL})
  void drawsAreTorchsForEverySeed(long seed) {
    TorchGenerator torch = new TorchGenerator(seed);
    Shape shape = new Shape(1, 4, 8, 8);
    try (NoiseSource noise = noise(shape, seed, BatchNoise.ONE_GENERATOR)) {
      for (int draw = 0; draw < 3; draw++) {
        NDArray array = noise.get();
        assertEquals(shape, array.getShape());
        assertArrayEquals(torch.randn(256), array.toFloatArray(), TOLERANCE);
      }
    }
  }

  @Test
  void oneGeneratorDrawsForTheWholeBatch() {
    TorchGenerator torch = new TorchGenerator(11);
    try (NoiseSource noise = noise(new Shape(3, 4, 8, 9), 11, BatchNoise.ONE_GENERATOR)) {
      assertArrayEquals(torch.randn(3 * 288), noise.get().toFloatArray(), TOLERANCE);
      assertArrayEquals(torch.randn(3 * 288), noise.get().toFloatArray(), TOLERANCE);
    }
  }

  @Test
  void everyPictureHasAGeneratorOfItsOwn() {
    // 4 * 9 * 9 is no multiple of the generator's block of 16, and the second seed wraps around
    int size = 4 * 9 * 9;
    TorchGenerator first = new TorchGenerator(0xFFFF_FFFFL);
    TorchGenerator second = new TorchGenerator(0);
    try (NoiseSource noise =
        noise(new Shape(2, 4, 9, 9), 0xFFFF_FFFFL, BatchNoise.SEED_PLUS_INDEX)) {
      for (int draw = 0; draw < 3; draw++) {
        float[] batch = noise.get().toFloatArray();
        assertEquals(2 * size, batch.length);
        assertArrayEquals(first.randn(size), Arrays.copyOf(batch, size), TOLERANCE);
        assertArrayEquals(second.randn(size), Arrays.copyOfRange(batch, size, 2 * size), TOLERANCE);
      }
    }
  }

  @Test
  void sourcesMadeOnSeveralThreadsDoNotDisturbEachOther() throws Exception {
    float[] expected = new TorchGenerator(5).randn(4 * 64 * 64);
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      for (Future<float[]> drawn :
          threads.invokeAll(
              IntStream.range(0, 40)
                  .<java.util.concurrent.Callable<float[]>>mapToObj(i -> this::drawSecondOfSeed5)
                  .toList())) {
        assertArrayEquals(expected, drawn.get(), TOLERANCE);
      }
    } finally {
      threads.shutdown();
    }
  }

  private float[] drawSecondOfSeed5() {
    try (NDManager own = cpu.device().manager().newSubManager();
        NoiseSource noise =
            NoiseSource.of(
                cpu.device().layers(),
                own,
                new Shape(2, 4, 64, 64),
                4,
                BatchNoise.SEED_PLUS_INDEX)) {
      float[] batch = noise.get().toFloatArray();
      return Arrays.copyOfRange(batch, batch.length / 2, batch.length);
    }
  }

  @Test
  void outlivesTheScopeItWasMadeInAndLeavesNothingBehind() {
    int before = cpu.manager().getManagedArrays().size();
    for (BatchNoise mode : BatchNoise.values()) {
      NoiseSource noise;
      try (NDScope scope = new NDScope()) {
        scope.suppressNotUsedWarning();
        noise = noise(new Shape(2, 4, 8, 8), 1, mode);
      }
      noise.get();
      noise.get();
      // the one given last
      assertEquals(before + 1, cpu.manager().getManagedArrays().size());
      noise.close();
      assertEquals(before, cpu.manager().getManagedArrays().size());
    }
  }
}
