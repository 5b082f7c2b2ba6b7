package dev.atelier.models.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LayersTest {
  private static ComputeDevice device;

  @BeforeAll
  static void open() {
    device = ComputeDevice.open(Device.cpu());
  }

  @AfterAll
  static void close() {
    device.close();
  }

  /** Whatever size and batch it was packed for. */
  @ParameterizedTest
  @CsvSource({
    "3, 1, 1, 32",
    "3, 1, 2, 8",
    "3, 1, 1, 1",
    "3, 1, 3, 65",
    "3, 2, 2, 32",
    "3, 2, 1, 9",
    "1, 1, 2, 16",
    "1, 1, 1, 33"
  })
  void packedConvolutionGivesWhatThePlainOneGives(int kernel, int stride, int n, int size) {
    try (NDManager manager = device.manager().newSubManager()) {
      NDArray x = manager.randomNormal(new Shape(n, 112, size, size));
      NDArray weight = manager.randomNormal(new Shape(96, 112, kernel, kernel)).mul(0.05);
      NDArray bias = manager.randomNormal(new Shape(96));
      NDArray plain = convolve(x, weight.duplicate(), bias, stride, kernel / 2);
      assertTrue(device.layers().packs(weight.getShape()), "this machine's libtorch has no oneDNN");
      NDArray packed =
          device.layers().packed(weight, stride, kernel / 2, new Shape(2, 112, 32, 32));
      assertEquals(new Shape(96, 112, kernel, kernel), packed.getShape());
      NDArray result = convolve(x, packed, bias, stride, kernel / 2);
      assertEquals(plain.getShape(), result.getShape());
      float error = result.sub(plain).abs().max().getFloat();
      assertTrue(error < 2e-5, () -> "off by " + error);
    }
  }

  private static NDArray convolve(
      NDArray x, NDArray weight, NDArray bias, int stride, int padding) {
    Parameters parameters = Parameters.of(List.of(weight, bias));
    return device.layers().call("conv_2d", x, parameters, stride, padding);
  }

  /** Loading compiles them, which needs no GPU. */
  @Test
  void everyDevicesFunctionsAreWhole() {
    for (List<String> parts : List.of(Layers.ON_CUDA, Layers.WITH_ONEDNN, Layers.WITHOUT_ONEDNN)) {
      try (NDManager manager = device.manager().newSubManager()) {
        Layers.load(manager, parts).close();
      }
    }
  }

  @Test
  void smallConvolutionsAreLeftAsTheyAre() {
    assertFalse(device.layers().packs(new Shape(64, 64, 3, 3)));
    assertFalse(device.layers().packs(new Shape(1280, 1280)));
  }
}
