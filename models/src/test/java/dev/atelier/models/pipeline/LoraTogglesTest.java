package dev.atelier.models.pipeline;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.atelier.models.Golden;
import dev.atelier.models.catalog.ModelCatalog;
import dev.atelier.models.engine.ComputeDevice;
import dev.atelier.models.lora.LoraUse;
import dev.atelier.models.registry.ModelRegistry;
import dev.atelier.models.registry.Snapshot.Held;
import dev.atelier.models.sampling.Sampler;
import dev.atelier.models.weights.CheckpointFiles;
import dev.atelier.models.weights.RandomCheckpoint;
import dev.atelier.models.weights.RandomLora;
import dev.atelier.models.weights.WeightsException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pictures with LoRAs in turns: none sees what was put on for another. */
class LoraTogglesTest {
  /** {@code -Datelier.toggles=1000} takes some minutes. */
  private static final int TOGGLES = Integer.getInteger("atelier.toggles", 40);

  @TempDir static Path folder;
  private static ComputeDevice device;
  private static ModelRegistry registry;
  private static ModelCatalog catalog;
  private static TextToImage textToImage;
  private static Path kohya;
  private static Path locon;
  private static Path random;

  @BeforeAll
  static void open() throws IOException {
    device = ComputeDevice.open();
    Path model = folder.resolve("golden");
    Golden.copyModelWithTokenizer(model);
    catalog = ModelCatalog.scan(List.of(model));
    registry = new ModelRegistry(device.device(), Long.MAX_VALUE);
    textToImage = new TextToImage(device, registry, () -> catalog);
    kohya = Golden.file("lora_kohya/lora.safetensors");
    locon = Golden.file("lora_kohya/locon.safetensors");
    random = folder.resolve("random.safetensors");
    CheckpointFiles files = CheckpointFiles.open(model);
    new RandomLora(new RandomCheckpoint(files.unet(), files.vae(), files.textEncoder(), 1), 6)
        .write(random);
  }

  @AfterAll
  static void close() {
    registry.close();
    device.close();
  }

  @AfterEach
  void everyLeaseIsReturned() {
    assertTrue(registry.snapshot().models().stream().map(Held::leases).allMatch(n -> n == 0));
  }

  private static ImageRequest.Builder request(LoraUse... loras) {
    return Pictures.request(catalog.entries().get(0).id())
        .optSteps(1)
        .optSampler(Sampler.EULER)
        .optLoras(List.of(loras));
  }

  private static int[] alone(ImageRequest request) {
    try (var fresh = new ModelRegistry(device.device(), Long.MAX_VALUE)) {
      return Pictures.make(new TextToImage(device, fresh, () -> catalog), request);
    }
  }

  /** Also of other sizes and with hires fix, for which convolutions are packed anew. */
  @Test
  void everyPictureIsTheOneThatFreshNetworksMake() {
    var a = new LoraUse(kohya, 1, 1);
    var b = new LoraUse(locon, -1.5, 0);
    var c = new LoraUse(random, 2, -1);
    List<ImageRequest> requests =
        List.of(
            request().build(),
            request(a).build(),
            request(b).build(),
            request(a, b, c).build(),
            request(b, c).optSize(64, 96).build(),
            request(new LoraUse(kohya, 0.3, 0), b).build(),
            request(a, c)
                .optSteps(2)
                .optStart(
                    new Start.Noise(
                        Optional.of(new HiresFix(128, 64, HiresFix.Upscaler.LATENT, 1, 0.5))))
                .build(),
            request().optSize(64, 96).build());
    List<int[]> expected = new ArrayList<>();
    requests.forEach(request -> expected.add(alone(request)));
    assertFalse(Arrays.equals(expected.get(0), expected.get(1)));
    assertFalse(Arrays.equals(expected.get(1), expected.get(3)));
    var order = new Random(4);
    for (int i = 0; i < TOGGLES; i++) {
      int which = order.nextInt(requests.size());
      assertArrayEquals(
          expected.get(which),
          Pictures.make(textToImage, requests.get(which)),
          "picture " + i + " of request " + which);
    }
    assertArrayEquals(expected.get(0), Pictures.make(textToImage, requests.get(0)));
  }

  @Test
  void aBrokenLoraFailsItsPictureOnly() throws IOException {
    int[] plain = Pictures.make(textToImage, request().build());
    Path broken = folder.resolve("broken.safetensors");
    byte[] bytes = Files.readAllBytes(kohya);
    Files.write(broken, Arrays.copyOf(bytes, bytes.length / 2));
    ImageRequest request = request(new LoraUse(kohya, 1, 1), new LoraUse(broken, 1, 1)).build();
    var e = assertThrows(WeightsException.class, () -> Pictures.make(textToImage, request));
    assertTrue(e.getMessage().contains("broken.safetensors: "), e.getMessage());
    assertArrayEquals(plain, Pictures.make(textToImage, request().build()));
  }

  @Test
  void aLoraOfWeightNoneChangesNothing() {
    int[] plain = Pictures.make(textToImage, request().build());
    int[] none = Pictures.make(textToImage, request(new LoraUse(kohya, 0, 0)).build());
    assertArrayEquals(plain, none);
  }

  /** A file that is replaced between two pictures is another one. */
  @Test
  void aReplacedFileIsReadAgain() throws IOException {
    Path file = folder.resolve("replaced.safetensors");
    Files.copy(kohya, file);
    int[] first = Pictures.make(textToImage, request(new LoraUse(file, 1, 1)).build());
    Files.delete(file);
    Files.copy(random, file);
    int[] second = Pictures.make(textToImage, request(new LoraUse(file, 1, 1)).build());
    assertFalse(Arrays.equals(first, second));
    assertArrayEquals(
        second, Pictures.make(textToImage, request(new LoraUse(random, 1, 1)).build()));
  }

  /** As an LCM-LoRA is used: few steps, guidance off. */
  @Test
  void theLcmSamplerTakesThem() {
    ImageRequest.Builder lcm = request().optSampler(Sampler.LCM).optSteps(4).optGuidanceScale(1);
    int[] plain = Pictures.make(textToImage, lcm.build());
    int[] distilled =
        Pictures.make(textToImage, lcm.optLoras(List.of(new LoraUse(random, 1, 1))).build());
    assertFalse(Arrays.equals(plain, distilled));
    assertArrayEquals(plain, Pictures.make(textToImage, lcm.optLoras(List.of()).build()));
  }
}
