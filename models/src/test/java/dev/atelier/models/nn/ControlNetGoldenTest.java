package dev.atelier.models.nn;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.ndarray.NDArray;
import dev.atelier.models.Golden;
import dev.atelier.models.engine.ComputeDevice;
import dev.atelier.models.weights.Component;
import dev.atelier.models.weights.ControlNetConfig;
import dev.atelier.models.weights.ControlNetFile;
import dev.atelier.models.weights.DiffusersFolder;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A ControlNet, and a UNet with what it adds, against the reference implementation's numbers. */
class ControlNetGoldenTest {
  private static final double TOLERANCE = 2e-4;

  /** See {@link NetworksGoldenTest}. */
  private static final double ILL_CONDITIONED = 2e-3;

  private static final float[] TIMESTEPS = {501, 501};

  private static ComputeDevice device;
  private static Golden golden;
  private static ControlNetFile file;
  private static ControlNet controlNet;

  @BeforeAll
  static void open() {
    device = ComputeDevice.open().inFloat32();
    golden = new Golden(device.manager());
    file = ControlNetFile.open(Golden.file("controlnet"));
    controlNet = ControlNet.load(file::open, file.config(), device);
  }

  @AfterAll
  static void close() {
    controlNet.close();
    golden.close();
    device.close();
  }

  private static List<NDArray> residuals(NDArray picture, double scale, boolean guess) {
    return controlNet.forward(
        golden.get("unet.x"),
        TIMESTEPS,
        golden.get("unet.e"),
        controlNet.embed(picture),
        controlNet.scales(scale, guess));
  }

  private static void assertResiduals(String name, List<NDArray> residuals) {
    int down = residuals.size() - 1;
    for (int i = 0; i < down; i++) {
      boolean onePlace = residuals.get(i).size(2) == 1;
      golden.assertClose(
          name + ".down." + i, residuals.get(i), onePlace ? ILL_CONDITIONED : TOLERANCE);
    }
    golden.assertClose(name + ".mid", residuals.get(down), ILL_CONDITIONED);
  }

  @ParameterizedTest
  @ValueSource(doubles = {1, 0.55})
  void residualsAndTheUNetWithThem(double scale) {
    List<NDArray> residuals = residuals(golden.get("cn.cond"), scale, false);
    assertResiduals("cn." + scale, residuals);
    DiffusersFolder folder = DiffusersFolder.open(Golden.file("model"));
    try (UNet unet = UNet.load(() -> folder.open(Component.UNET), folder.unet(), device)) {
      NDArray output =
          unet.forward(golden.get("unet.x"), TIMESTEPS, golden.get("unet.e"), residuals);
      golden.assertClose("cn." + scale + ".unet", output, ILL_CONDITIONED);
    }
  }

  @Test
  void guessModeCountsTheOuterOutputsLess() {
    assertResiduals("cn.guess", residuals(golden.get("cn.cond"), 1, true));
  }

  /** Each picture of the batch has its own, and one that is the same for all is enough. */
  @Test
  void oneControlPictureServesAllPictures() {
    NDArray first = golden.get("cn.cond").get("0:1");
    List<NDArray> one = residuals(first, 1, false);
    List<NDArray> all = residuals(first.concat(first, 0), 1, false);
    for (int i = 0; i < one.size(); i++) {
      assertEquals(0, one.get(i).sub(all.get(i)).abs().max().getFloat(), 1e-5);
    }
  }

  @Test
  void whatWasTrainedOnTurnedColoursSeesThemTurned() {
    var turned =
        new ControlNetConfig(file.config().unet(), file.config().embeddingChannels(), true);
    NDArray picture = golden.get("cn.cond");
    try (ControlNet other = ControlNet.load(file::open, turned, device)) {
      NDArray difference = other.embed(picture.flip(1)).sub(controlNet.embed(picture));
      assertEquals(0, difference.abs().max().getFloat(), 1e-6);
    }
  }
}
