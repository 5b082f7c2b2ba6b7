package dev.atelier.models.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.JniUtils;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SeededGeneratorTest {
  private static ComputeDevice device;

  @BeforeAll
  static void open() {
    device = ComputeDevice.open(Device.cpu());
  }

  @AfterAll
  static void close() {
    device.close();
  }

  /** Below 16 numbers PyTorch draws them one by one, from there on in blocks of 16. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 7, 15, 16, 17, 31, 32, 100, 256, 16384, 65537})
  void drawsWhatTheGeneratorOfTheProcessDraws(int size) {
    for (long seed : new long[] {0, 7, 0x7FFF_FFFFL, 0x8000_0000L, 0xFFFF_FFFFL}) {
      try (NDManager manager = device.manager().newSubManager();
          SeededGenerator generator = device.layers().generator(seed)) {
        JniUtils.setSeed(seed);
        for (int draw = 0; draw < 3; draw++) {
          Shape shape = new Shape(1, size);
          assertArrayEquals(
              manager.randomNormal(0, 1, shape, DataType.FLOAT32).toFloatArray(),
              generator.normal(manager, shape).toFloatArray(),
              "seed " + seed + ", draw " + draw);
        }
      }
    }
  }

  @Test
  void generatorsAndTheProcessDoNotDisturbEachOther() {
    Shape shape = new Shape(3, 5);
    try (NDManager manager = device.manager().newSubManager();
        SeededGenerator alone = device.layers().generator(1);
        SeededGenerator disturbed = device.layers().generator(1);
        SeededGenerator other = device.layers().generator(2)) {
      for (int draw = 0; draw < 4; draw++) {
        other.normal(manager, new Shape(draw + 1));
        JniUtils.setSeed(draw);
        manager.randomNormal(new Shape(100));
        assertArrayEquals(
            alone.normal(manager, shape).toFloatArray(),
            disturbed.normal(manager, shape).toFloatArray());
      }
    }
  }
}
