package dev.atelier.models.pipeline;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.atelier.models.catalog.ModelCatalog;
import dev.atelier.models.engine.ComputeDevice;
import dev.atelier.models.registry.MemoryBudget;
import dev.atelier.models.registry.ModelRegistry;
import dev.atelier.models.registry.Snapshot;
import dev.atelier.models.weights.RandomPreviewDecoder;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which previews a model gets: 64 pixels wide from a preview decoder, else 16 as its latents. */
class PicturePreviewsTest {
  private static final RandomPreviewDecoder DECODER = RandomPreviewDecoder.of(8, 3, 1);
  private static final int PICTURE = 64;
  private static final int LATENT = 16;

  @TempDir private Path models;
  private Path checkpoint;
  private ComputeDevice device;
  private ModelRegistry registry;
  private TextToImage textToImage;
  private int[] picture;

  @BeforeEach
  void open() throws IOException {
    checkpoint = models.resolve("checkpoints/odd");
    Pictures.writeCheckpoint(7, checkpoint);
    device = ComputeDevice.open().inFloat32();
    registry = new ModelRegistry(device.device(), MemoryBudget.defaultBytes(device.device()));
    textToImage = new TextToImage(device, registry, () -> ModelCatalog.scan(List.of(models)));
  }

  @AfterEach
  void close() {
    registry.close();
    device.close();
  }

  /** Width of the first preview of a picture. */
  private int previewWidth() {
    List<BufferedImage> previews = new ArrayList<>();
    var observer =
        new GenerationObserver() {
          @Override
          public void onStep(int step, int all, Supplier<List<BufferedImage>> preview) {
            previews.addAll(preview.get());
          }

          @Override
          public boolean cancelled() {
            return false;
          }
        };
    BufferedImage made =
        textToImage.generate(Pictures.request("checkpoints/odd").build(), observer).get(0);
    picture = made.getRGB(0, 0, PICTURE, PICTURE, null, 0, PICTURE);
    assertEquals(0, registry.snapshot().models().stream().mapToInt(Snapshot.Held::leases).sum());
    return previews.get(0).getWidth();
  }

  private boolean loaded() {
    return registry.snapshot().models().stream()
        .anyMatch(model -> model.keys().contains("checkpoints/odd/preview_decoder"));
  }

  @Test
  void theDecoderBesideTheModelDraws() throws IOException {
    assertEquals(LATENT, previewWidth());
    assertFalse(loaded());
    int[] before = picture;
    DECODER.writeDiffusers(
        checkpoint.resolve("preview_decoder/diffusion_pytorch_model.safetensors"));
    assertEquals(PICTURE, previewWidth());
    assertTrue(loaded());
    assertArrayEquals(before, picture);
  }

  @Test
  void taesdDrawsForStableDiffusionsLatentsOnly() throws IOException {
    DECODER.writeTaesd(models.resolve("models/VAE-approx/taesd_decoder.safetensors"));
    assertEquals(PICTURE, previewWidth());
    Path config = checkpoint.resolve("vae/config.json");
    Files.writeString(config, Files.readString(config).replace("0.18215", "0.5"));
    assertEquals(LATENT, previewWidth());
  }

  @Test
  void aBrokenDecoderIsLeftAloneUntilItChanges() throws IOException {
    Path file = checkpoint.resolve("preview_decoder/diffusion_pytorch_model.safetensors");
    Files.createDirectories(file.getParent());
    Files.write(file, new byte[100]);
    assertEquals(LATENT, previewWidth());
    assertEquals(LATENT, previewWidth());
    RandomPreviewDecoder.of(8, 4, 1).writeDiffusers(file); // twice the size of the picture
    assertEquals(LATENT, previewWidth());
    DECODER.writeDiffusers(file);
    assertEquals(PICTURE, previewWidth());
  }

  @Test
  void previewsTakeATenthOfTheTimeAtMost() {
    var pace = new PreviewPace();
    assertTrue(pace.due(0, 100));
    pace.took(5_000, 100);
    pace.took(1_000, 100);
    pace.took(3_000, 100);
    assertFalse(pace.due(8_999, 100));
    assertTrue(pace.due(9_000, 100));
    assertFalse(pace.due(17_999, 200));
  }
}
