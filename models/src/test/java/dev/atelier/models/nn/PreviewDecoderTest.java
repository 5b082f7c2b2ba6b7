package dev.atelier.models.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.atelier.models.CpuDevice;
import dev.atelier.models.engine.ComputeDevice;
import dev.atelier.models.weights.PreviewDecoderFile;
import dev.atelier.models.weights.RandomPreviewDecoder;
import dev.atelier.models.weights.RandomPreviewDecoder.Image;
import dev.atelier.models.weights.WeightsException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class PreviewDecoderTest {
  private static final float ROUNDING = 2e-5f;
  @RegisterExtension private static final CpuDevice cpu = new CpuDevice();
  @TempDir private Path folder;

  /** In both namings; the second is wide enough for its weights to be packed. */
  @Test
  void decodesAsItIsDefined() throws IOException {
    var narrow = RandomPreviewDecoder.of(8, 4, 1);
    assertDecodes(narrow, narrow.writeDiffusers(folder.resolve("diffusers.safetensors")));
    assertDecodes(narrow, narrow.writeTaesd(folder.resolve("taesd_decoder.safetensors")));
    var wide = RandomPreviewDecoder.of(96, 4, 2);
    assertDecodes(wide, wide.writeTaesd(folder.resolve("wide.safetensors")));
  }

  private static void assertDecodes(RandomPreviewDecoder random, Path path) {
    PreviewDecoderFile file = PreviewDecoderFile.open(path);
    float[] values = new float[4 * 3 * 2];
    var numbers = new Random(3);
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (3 * numbers.nextGaussian()); // some beyond the clamp
    }
    Image expected = random.decode(new Image(4, 3, 2, values));
    try (NDManager manager = cpu.device().manager().newSubManager();
        PreviewDecoder decoder = PreviewDecoder.load(file::open, file.layers(), cpu.device())) {
      NDArray latent = manager.create(values, new Shape(1, 4, 3, 2));
      NDArray picture = ComputeDevice.scoped(() -> decoder.decode(latent));
      assertEquals(8, file.scale());
      assertEquals(new Shape(1, 3, 24, 16), picture.getShape());
      assertArrayEquals(expected.values(), picture.toFloatArray(), ROUNDING);
    }
  }

  @Test
  void whatIsNoPreviewDecoderIsRefusedByName() throws IOException {
    Path torn = RandomPreviewDecoder.of(8, 4, 1).writeTaesd(folder.resolve("torn.safetensors"));
    byte[] bytes = Files.readAllBytes(torn);
    Files.write(torn, Arrays.copyOf(bytes, bytes.length / 2));
    assertRefused(torn);
    var half = RandomPreviewDecoder.of(8, 4, 1);
    half.tensors().remove("4.conv.2.weight");
    half.tensors().remove("5.conv.2.weight");
    assertRefused(half.writeDiffusers(folder.resolve("half.safetensors")));
  }

  private static void assertRefused(Path path) {
    String message =
        assertThrows(WeightsException.class, () -> PreviewDecoderFile.open(path)).getMessage();
    assertEquals(0, message.indexOf(path.getParent().getFileName() + "/" + path.getFileName()));
  }
}
