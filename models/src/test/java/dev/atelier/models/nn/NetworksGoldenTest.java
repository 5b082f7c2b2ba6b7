package dev.atelier.models.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import dev.atelier.models.Golden;
import dev.atelier.models.engine.ComputeDevice;
import dev.atelier.models.weights.Component;
import dev.atelier.models.weights.DiffusersFolder;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every network against the reference implementation's numbers. */
class NetworksGoldenTest {
  private static final double TOLERANCE = 2e-4;

  /**
   * The lowest level of the golden UNet is 1×1 for an 8×8 latent, so its group norms see two values
   * and amplify rounding.
   */
  private static final double ILL_CONDITIONED = 2e-3;

  private static final long END_TOKEN = 49407;

  private static ComputeDevice device;
  private static Golden golden;
  private static DiffusersFolder folder;

  @BeforeAll
  static void open() {
    device = ComputeDevice.open().inFloat32();
    golden = new Golden(device.manager());
    folder = DiffusersFolder.open(Golden.file("model"));
  }

  @AfterAll
  static void close() {
    golden.close();
    device.close();
  }

  private static NDArray tokens() {
    return golden.get("tokens").toType(DataType.INT64, false);
  }

  @Test
  void textEncoderLastHiddenState() {
    try (var encoder =
        ClipTextEncoder.load(
            () -> folder.open(Component.TEXT_ENCODER), folder.textEncoder(), device)) {
      golden.assertClose("text.last_hidden", encoder.forward(tokens()), TOLERANCE);
    }
  }

  @Test
  void textEncoderPenultimateHiddenState() {
    try (var encoder =
        ClipTextEncoder.load(
            () -> folder.open(Component.TEXT_ENCODER), folder.textEncoder(), device)) {
      NDList states = encoder.hiddenStates(tokens());
      NDArray penultimate = encoder.normalised(states.get(states.size() - 2));
      golden.assertClose("text.hidden_m2", penultimate, TOLERANCE);
    }
  }

  /** CLIP's pooled output is the last hidden state at the prompt's first end token. */
  @Test
  void textEncoderPooledOutput() {
    try (var encoder =
        ClipTextEncoder.load(
            () -> folder.open(Component.TEXT_ENCODER), folder.textEncoder(), device)) {
      NDArray tokens = tokens();
      NDArray hidden = encoder.forward(tokens);
      var pooled = new NDList();
      for (int i = 0; i < tokens.size(0); i++) {
        long end = tokens.get(i).eq(END_TOKEN).toType(DataType.INT32, false).argMax().getLong();
        pooled.add(hidden.get(i).get(end));
      }
      golden.assertClose("text.pooled", NDArrays.stack(pooled), TOLERANCE);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 501, 999})
  void unet(int timestep) {
    unet("unet.out." + timestep, "unet.x", "unet.e", timestep, timestep);
  }

  @Test
  void unetWithATimestepForEachPicture() {
    unet("unet.out.mixed_t", "unet.x", "unet.e", 10, 700);
  }

  @Test
  void unetOnAPictureThatIsNotSquare() {
    NDArray context = golden.get("unet.e").get("0:1");
    unet("unet.out.wide", golden.get("unet.xw"), context, 333);
  }

  @Test
  void unetWithAPromptOfTwoChunks() {
    NDArray context = golden.get("unet.e");
    unet("unet.out.long_prompt", golden.get("unet.x"), context.concat(context, 1), 333, 333);
  }

  private static void unet(String expected, String x, String context, float... timesteps) {
    unet(expected, golden.get(x), golden.get(context), timesteps);
  }

  private static void unet(String expected, NDArray x, NDArray context, float... timesteps) {
    try (UNet unet = UNet.load(() -> folder.open(Component.UNET), folder.unet(), device)) {
      NDArray output = unet.forward(x, timesteps, context);
      golden.assertClose(expected, output, ILL_CONDITIONED);
    }
  }

  @Test
  void vaeDecoder() {
    try (VaeDecoder vae = VaeDecoder.load(() -> folder.open(Component.VAE), folder.vae(), device)) {
      golden.assertClose("vae.decoded", vae.decode(golden.get("vae.z")), TOLERANCE);
    }
  }

  @Test
  void vaeEncoder() {
    try (VaeEncoder vae = VaeEncoder.load(() -> folder.open(Component.VAE), folder.vae(), device)) {
      NDList moments = vae.moments(golden.get("vae.img")).split(2, 1);
      golden.assertClose("vae.mean", moments.get(0), TOLERANCE);
      golden.assertClose("vae.logvar", moments.get(1), TOLERANCE);
      golden.assertClose("vae.mean", vae.encode(golden.get("vae.img")), TOLERANCE);
    }
  }

  @Test
  void vaeEncoderOnAPictureThatIsNotSquare() {
    try (VaeEncoder vae = VaeEncoder.load(() -> folder.open(Component.VAE), folder.vae(), device)) {
      golden.assertClose("vae.meanw", vae.encode(golden.get("vae.imgw")), TOLERANCE);
    }
  }
}
