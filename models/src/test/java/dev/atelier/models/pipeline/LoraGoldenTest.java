package dev.atelier.models.pipeline;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import dev.atelier.models.Golden;
import dev.atelier.models.catalog.ModelCatalog;
import dev.atelier.models.engine.ComputeDevice;
import dev.atelier.models.lora.LoraSet;
import dev.atelier.models.lora.LoraUse;
import dev.atelier.models.nn.ClipTextEncoder;
import dev.atelier.models.nn.Patched;
import dev.atelier.models.nn.UNet;
import dev.atelier.models.registry.MemoryBudget;
import dev.atelier.models.registry.ModelRegistry;
import dev.atelier.models.registry.Snapshot.Held;
import dev.atelier.models.sampling.Sampler;
import dev.atelier.models.weights.Component;
import dev.atelier.models.weights.DiffusersFolder;
import dev.atelier.models.weights.TorchCopy;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Networks and pictures with LoRAs against the reference implementation's. */
class LoraGoldenTest {
  private static final double TOLERANCE = 2e-4;
  private static final double PICTURE_TOLERANCE = 0.5;
  private static final Path KOHYA = Golden.file("lora_kohya/lora.safetensors");
  private static final Path LOCON = Golden.file("lora_kohya/locon.safetensors");
  private static final Path DIFFUSERS =
      Golden.file("lora_diffusers/pytorch_lora_weights.safetensors");

  @TempDir static Path temp;
  private static ComputeDevice device;
  private static ModelRegistry registry;
  private static TextToImage textToImage;
  private static String model;
  private static Golden golden;
  private static DiffusersFolder folder;

  @BeforeAll
  static void open() throws IOException {
    device = ComputeDevice.open().inFloat32();
    golden = new Golden(device.manager());
    folder = DiffusersFolder.open(Golden.file("model"));
    Golden.copyModelWithTokenizer(temp.resolve("golden"));
    registry = new ModelRegistry(device.device(), MemoryBudget.defaultBytes(device.device()));
    ModelCatalog catalog = ModelCatalog.scan(List.of(temp.resolve("golden")));
    model = catalog.entries().get(0).id();
    textToImage = new TextToImage(device, registry, () -> catalog);
  }

  @AfterAll
  static void close() {
    registry.close();
    golden.close();
    device.close();
  }

  @AfterEach
  void everyLeaseIsReturned() {
    assertTrue(registry.snapshot().models().stream().map(Held::leases).allMatch(n -> n == 0));
  }

  private static LoraSet loras(LoraUse... uses) {
    return LoraSet.open(List.of(uses), folder.unet(), folder.textEncoder(), device);
  }

  private static void unet(String expected, LoraUse use) {
    try (UNet unet = UNet.load(() -> folder.open(Component.UNET), folder.unet(), device);
        LoraSet loras = loras(use);
        Patched patched = unet.patched(loras.unet())) {
      NDArray output = unet.forward(golden.get("unet.x"), new float[] {501, 501}, context());
      golden.assertClose(expected, output, TOLERANCE);
    }
  }

  private static NDArray context() {
    return golden.get("unet.e");
  }

  @Test
  void unetWithKohyasFile() {
    unet("lora.unet", new LoraUse(KOHYA, 1, 1));
  }

  @Test
  void unetWithKohyasFileAsTorchSavesIt() throws IOException {
    Path pickled = TorchCopy.write(KOHYA, temp.resolve("lora.ckpt"));
    unet("lora.unet", new LoraUse(pickled, 1, 1));
  }

  @Test
  void unetWithHalfTheWeight() {
    unet("lora.unet.half", new LoraUse(KOHYA, 0.5, 0.5));
  }

  /** Without alpha its scale is 1 where kohya's is 2. */
  @Test
  void unetWithDiffusersFile() {
    unet("lora.unet", new LoraUse(DIFFUSERS, 2, 2));
  }

  @Test
  void unetWithAConvolutionsChange() {
    unet("locon.unet", new LoraUse(LOCON, 1, 1));
  }

  @Test
  void textEncoder() {
    try (var encoder =
            ClipTextEncoder.load(
                () -> folder.open(Component.TEXT_ENCODER), folder.textEncoder(), device);
        LoraSet loras = loras(new LoraUse(KOHYA, 1, 1));
        Patched patched = encoder.patched(loras.textEncoder())) {
      NDArray tokens = golden.get("tokens").toType(DataType.INT64, false).get("0:1");
      golden.assertClose("lora.text", encoder.forward(tokens), TOLERANCE);
    }
  }

  private static ImageRequest request(List<LoraUse> loras) {
    return ImageRequest.builder(model)
        .setPrompt("a photo of sks woman face")
        .optSize(64, 64)
        .optSteps(6)
        .optGuidanceScale(5)
        .optSampler(Sampler.DDIM)
        .optSeed(3)
        .optLoras(loras)
        .build();
  }

  private static BufferedImage picture(LoraUse... loras) {
    return Pictures.image(textToImage, request(List.of(loras)));
  }

  /** The reference's pictures were made with diffusers' file, whose scale is 1. */
  @ParameterizedTest
  @ValueSource(doubles = {1.0, 0.4})
  void pictureFromASeed(double weight) {
    BufferedImage picture = picture(new LoraUse(DIFFUSERS, weight, weight));
    golden.assertPicture("seed.lora." + weight, 0, picture, PICTURE_TOLERANCE);
    assertArrayEquals(pixels(picture), pixels(picture(new LoraUse(KOHYA, weight / 2, weight / 2))));
  }

  @Test
  void theOrderOfLorasDoesNotMatter() {
    var one = new LoraUse(KOHYA, 0.7, 0.3);
    var other = new LoraUse(LOCON, -1.5, 1);
    assertArrayEquals(pixels(picture(one, other)), pixels(picture(other, one)));
  }

  private static int[] pixels(BufferedImage picture) {
    return picture.getRGB(0, 0, 64, 64, null, 0, 64);
  }
}
