package dev.atelier.models.nn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.Shape;
import dev.atelier.models.CpuDevice;
import dev.atelier.models.weights.CheckpointFiles;
import dev.atelier.models.weights.Component;
import dev.atelier.models.weights.RandomCheckpoint;
import dev.atelier.models.weights.WeightSource;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class LayerWeightsTest {
  @TempDir private static Path folder;
  @RegisterExtension private static final CpuDevice cpu = new CpuDevice();
  private static CheckpointFiles files;

  @BeforeAll
  static void open() throws IOException {
    RandomCheckpoint.odd(3).writeFolder(folder);
    files = CheckpointFiles.open(folder);
  }

  private static UNet load(Supplier<WeightSource> source) {
    return UNet.load(source, files.unet(), cpu.device());
  }

  private static WeightSource openUNet() {
    return files.open(Component.UNET);
  }

  private static NDArray forward(UNet unet, NDManager manager, int n, int height, int width) {
    NDArray latent = manager.arange(n * 4 * height * width).reshape(n, 4, height, width).sin();
    NDArray context = manager.arange(n * 77 * 128).reshape(n, 77, 128).cos();
    NDArray output;
    try (var scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      output = unet.forward(latent, new float[n], context);
      NDScope.unregister(output);
    }
    return output;
  }

  /** oneDNN wants another order of the weights for another input, and they are packed for one. */
  @Test
  void eachSizeGivesWhatAFreshNetworkGives() {
    int[][] inputs = {{2, 16, 16}, {1, 9, 24}, {2, 48, 8}, {2, 16, 16}};
    try (UNet unet = load(LayerWeightsTest::openUNet);
        NDManager manager = cpu.device().manager().newSubManager()) {
      long bytes = unet.bytes();
      for (int[] input : inputs) {
        NDArray output = forward(unet, manager, input[0], input[1], input[2]);
        assertEquals(new Shape(input[0], 4, input[1], input[2]), output.getShape());
        try (UNet fresh = load(LayerWeightsTest::openUNet)) {
          NDArray expected = forward(fresh, manager, input[0], input[1], input[2]);
          float error = output.sub(expected).abs().max().getFloat();
          assertTrue(error == 0, () -> "off by " + error);
        }
        assertEquals(bytes, unet.bytes());
      }
    }
  }

  @Test
  void fileIsOpenedAgainForAnotherSizeOnlyAndClosed() {
    var opened = new AtomicInteger();
    try (UNet unet =
            load(
                () -> {
                  opened.incrementAndGet();
                  return openUNet();
                });
        NDManager manager = cpu.device().manager().newSubManager()) {
      forward(unet, manager, 2, 16, 16);
      forward(unet, manager, 2, 16, 16);
      assertEquals(1, opened.get());
      forward(unet, manager, 1, 16, 16);
      forward(unet, manager, 1, 16, 16);
      assertEquals(2, opened.get());
    }
  }
}
