package dev.atelier.models.nn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import dev.atelier.models.CpuDevice;
import dev.atelier.models.engine.Parameters;
import dev.atelier.models.weights.CheckpointFiles;
import dev.atelier.models.weights.Component;
import dev.atelier.models.weights.RandomCheckpoint;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.BiFunction;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Bands give what the whole gives, seams included. */
class BandsTest {
  private static final double ROUNDING = 2e-5;

  @TempDir private static Path folder;
  @RegisterExtension private static final CpuDevice cpu = new CpuDevice();
  private static CheckpointFiles files;

  @BeforeAll
  static void open() throws IOException {
    RandomCheckpoint.odd(5).writeFolder(folder);
    files = CheckpointFiles.open(folder);
  }

  /** Equal bands, a lower last one, and bands of a single row. */
  @ParameterizedTest
  @ValueSource(ints = {6, 5, 1})
  void decodeTheSamePicture(int rows) {
    NDArray latent = cpu.manager().randomNormal(new Shape(1, 4, 12, 9));
    try (VaeDecoder vae =
        VaeDecoder.load(() -> files.open(Component.VAE), files.vae(), cpu.device())) {
      assertSame(vae::decode, latent, rows, 12);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {6, 5, 1})
  void encodeTheSameLatent(int rows) {
    try (VaeEncoder vae =
        VaeEncoder.load(() -> files.open(Component.VAE), files.vae(), cpu.device())) {
      int scale = 1 << files.vae().blockOutChannels().size() - 1;
      NDArray picture = cpu.manager().randomUniform(-1, 1, new Shape(2, 3, 12 * scale, 9 * scale));
      assertSame(vae::moments, picture, rows, 12);
    }
  }

  private static void assertSame(
      BiFunction<NDArray, Integer, NDArray> pass, NDArray input, int rows, int all) {
    NDArray whole = pass.apply(input, all);
    NDArray bands = pass.apply(input, rows);
    assertEquals(whole.getShape(), bands.getShape());
    float error = bands.sub(whole).abs().max().getFloat() / whole.abs().max().getFloat();
    assertTrue(error < ROUNDING, () -> "off by " + error);
  }

  /** A picture's neighbour in the batch, or the other half of it, has other statistics. */
  @Test
  void normIsThatOfTheWholePicture() {
    NDArray x = cpu.manager().randomNormal(new Shape(2, 8, 10, 7));
    NDArray ramp = cpu.manager().arange(10f).reshape(1, 1, 10, 1).add(100);
    x = x.add(ramp);
    NDArray weight = cpu.manager().arange(8f).add(1);
    NDArray bias = cpu.manager().arange(8f).sub(4);
    try (var bands = Bands.of(x, 3);
        var p = Parameters.of(List.of(weight.duplicate(), bias.duplicate()))) {
      NDArray affine = bands.affine(cpu.device().layers(), p, 0, 4, 1e-6);
      NDArray normed = x.mul(affine.get(0)).add(affine.get(1));
      NDArray groups = x.reshape(2, 4, -1);
      NDArray centred = groups.sub(groups.mean(new int[] {2}, true));
      NDArray deviation = centred.square().mean(new int[] {2}, true).add(1e-6).sqrt();
      NDArray expected =
          centred
              .div(deviation)
              .reshape(x.getShape())
              .mul(weight.reshape(1, 8, 1, 1))
              .add(bias.reshape(1, 8, 1, 1));
      assertEquals(0, normed.sub(expected).abs().max().getFloat(), 2e-3);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "64,64,64",
    "96,96,96",
    "128,128,16",
    "256,256,8",
    "128,96,16",
    "127,96,21",
    "8,8192,1"
  })
  void areOfEqualHeightWhereThatIsPossible(int height, int width, int rows) {
    assertEquals(rows, Bands.rows(height, width));
  }
}
