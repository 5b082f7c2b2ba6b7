package dev.atelier.models.pipeline;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.atelier.models.catalog.ModelCatalog;
import dev.atelier.models.catalog.ModelEntry;
import dev.atelier.models.engine.ComputeDevice;
import dev.atelier.models.registry.MemoryBudget;
import dev.atelier.models.registry.ModelRegistry;
import dev.atelier.models.registry.Snapshot.Held;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Checkpoints with parts in common, and VAEs in place of a checkpoint's own. */
class SharedPartsTest {
  private static final String WEIGHTS = "vae/diffusion_pytorch_model.safetensors";

  @TempDir static Path models;
  private static ComputeDevice device;
  private ModelRegistry registry;
  private TextToImage textToImage;

  /**
   * {@code two} has the text encoder and the VAE of {@code one}; {@code other} has nothing in
   * common with them, and its VAE lies beside {@code named} and among the VAEs.
   */
  @BeforeAll
  static void write() throws IOException {
    device = ComputeDevice.open();
    Path checkpoints = models.resolve("checkpoints");
    Path one = checkpoints.resolve("one");
    Path two = checkpoints.resolve("two");
    Path other = checkpoints.resolve("other");
    Path named = checkpoints.resolve("named");
    Pictures.writeCheckpoint(1, one);
    Pictures.writeCheckpoint(2, two);
    Pictures.writeCheckpoint(3, other);
    Pictures.writeCheckpoint(1, named);
    Pictures.copy(one.resolve("vae"), two.resolve("vae"));
    Pictures.copy(one.resolve("text_encoder"), two.resolve("text_encoder"));
    Files.copy(other.resolve(WEIGHTS), checkpoints.resolve("named.vae.safetensors"));
    Files.createDirectories(models.resolve("vae"));
    Files.copy(other.resolve(WEIGHTS), models.resolve("vae/fine.safetensors"));
    Files.writeString(models.resolve("vae/broken.safetensors"), "not a model");
  }

  @AfterAll
  static void closeDevice() {
    device.close();
  }

  @BeforeEach
  void open() {
    registry = new ModelRegistry(device.device(), MemoryBudget.defaultBytes(device.device()));
    ModelCatalog catalog = ModelCatalog.scan(List.of(models));
    textToImage = new TextToImage(device, registry, () -> catalog);
  }

  @AfterEach
  void close() {
    registry.close();
    assertEquals(0, registry.snapshot().usedBytes());
  }

  private int[] make(String model, VaeChoice vae) {
    return Pictures.make(textToImage, Pictures.request("checkpoints/" + model).optVae(vae).build());
  }

  private List<List<String>> held() {
    return registry.snapshot().models().stream().map(Held::keys).toList();
  }

  @Test
  void whatCheckpointsHaveInCommonIsInMemoryOnce() {
    int[] one = make("one", VaeChoice.NONE);
    long alone = registry.snapshot().usedBytes();
    int[] two = make("two", VaeChoice.NONE);

    assertFalse(Arrays.equals(one, two), "they have different UNets");
    List<List<String>> shared = new ArrayList<>(held());
    assertTrue(shared.remove(List.of("checkpoints/one/vae", "checkpoints/two/vae")));
    assertTrue(
        shared.remove(List.of("checkpoints/one/text_encoder", "checkpoints/two/text_encoder")));
    assertEquals(List.of(List.of("checkpoints/one/unet"), List.of("checkpoints/two/unet")), shared);
    long unet =
        registry.snapshot().models().stream()
            .filter(model -> model.key().equals("checkpoints/two/unet"))
            .mapToLong(Held::bytes)
            .sum();
    assertEquals(alone + unet, registry.snapshot().usedBytes());
  }

  @Test
  void aPictureIsTheSameWhetherItsPartsAreSharedOrNot() {
    int[] alone = make("two", VaeChoice.NONE);
    registry.evictUnused();
    make("one", VaeChoice.NONE);
    assertArrayEquals(alone, make("two", VaeChoice.NONE));
  }

  @Test
  void aTextEncoderWithAnotherTokenizerIsAnother() throws IOException {
    Path folder = models.resolve("checkpoints/words");
    Pictures.writeCheckpoint(1, folder);
    Files.writeString(folder.resolve("tokenizer/added_tokens.json"), "{\"<robots>\": 1073}");
    ModelCatalog catalog = ModelCatalog.scan(List.of(models));
    var checkpoints = new Checkpoints(device);
    Checkpoint one = checkpoints.open(entry(catalog, "one"), Optional.empty());
    Checkpoint words = checkpoints.open(entry(catalog, "words"), Optional.empty());
    assertEquals(one.unet(), words.unet());
    assertEquals(one.vaeDecoder(), words.vaeDecoder());
    assertNotEquals(one.promptEncoder(), words.promptEncoder());
  }

  @Test
  void aCheckpointIsOpenedOnceForAsLongAsItsFilesStay() throws IOException {
    ModelCatalog catalog = ModelCatalog.scan(List.of(models));
    ModelEntry other = entry(catalog, "other");
    var checkpoints = new Checkpoints(device);
    Checkpoint first = checkpoints.open(other, Optional.empty());
    assertSame(first, checkpoints.open(other, Optional.empty()));

    Files.setLastModifiedTime(other.path().resolve(WEIGHTS), FileTime.from(Instant.EPOCH));

    Checkpoint changed = checkpoints.open(other, Optional.empty());
    assertNotSame(first, changed);
    // Only the time has changed: it is still the same part.
    assertEquals(first.unet(), changed.unet());
  }

  @Test
  void aVaeOfItsOwnTakesTheOtherVaesPlace() {
    int[] own = make("one", VaeChoice.NONE);
    int[] fine = make("one", new VaeChoice("vae/fine"));
    assertFalse(Arrays.equals(own, fine));
    assertArrayEquals(own, make("one", VaeChoice.AUTOMATIC), "no VAE has its name");
    // The same VAE from another place: the copy beside the checkpoint, and the checkpoint's own.
    assertArrayEquals(fine, make("named", VaeChoice.AUTOMATIC), "named.vae.safetensors");
    assertArrayEquals(own, make("named", VaeChoice.NONE));
    make("other", VaeChoice.NONE);
    assertTrue(
        held().contains(List.of("vae/fine/vae", "vae/named.vae/vae", "checkpoints/other/vae")),
        held().toString());
  }

  /** Weights are read and packed again for another size, long after the first picture's scope. */
  @Test
  void aModelMakesPicturesOfOneSizeAfterAnother() {
    int[] small = make("one", VaeChoice.NONE);
    ImageRequest wide = Pictures.request("checkpoints/one").optSize(128, 64).build();
    assertEquals(128 * 64, Pictures.make(textToImage, wide).length);
    assertArrayEquals(small, make("one", VaeChoice.NONE));
  }

  @Test
  void aVaeThatCannotBeHadIsNamed() {
    var unknown =
        assertThrows(
            InvalidRequestException.class, () -> make("one", new VaeChoice("vae/unknown")));
    assertEquals("There is no VAE “vae/unknown”; choose one of the list.", unknown.getMessage());
    var broken =
        assertThrows(InvalidRequestException.class, () -> make("one", new VaeChoice("vae/broken")));
    assertTrue(broken.getMessage().startsWith("vae/broken.safetensors: "), broken.getMessage());
  }

  private static ModelEntry entry(ModelCatalog catalog, String name) {
    return catalog.checkpoint("checkpoints/" + name).orElseThrow();
  }
}
