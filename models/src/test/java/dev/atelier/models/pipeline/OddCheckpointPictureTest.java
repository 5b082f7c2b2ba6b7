package dev.atelier.models.pipeline;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.atelier.models.catalog.ModelCatalog;
import dev.atelier.models.convert.Conversion;
import dev.atelier.models.engine.ComputeDevice;
import dev.atelier.models.registry.MemoryBudget;
import dev.atelier.models.registry.ModelRegistry;
import dev.atelier.models.text.ClipVocabulary;
import dev.atelier.models.weights.RandomCheckpoint;
import java.awt.image.BufferedImage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A checkpoint of three levels and other widths makes one picture, whatever its layout. */
class OddCheckpointPictureTest {
  @Test
  void theSinglesFilePictureIsTheFolders(@TempDir Path models) throws Exception {
    Path folder = models.resolve("checkpoints/folder");
    RandomCheckpoint.odd(1).writeFolder(folder);
    ClipVocabulary.standard().writeTo(Files.createDirectories(folder.resolve("tokenizer")));
    new Conversion(folder, models.resolve("checkpoints/single.safetensors")).run();
    ModelCatalog catalog = ModelCatalog.scan(List.of(models));
    try (ComputeDevice device = ComputeDevice.open().inFloat32();
        var registry =
            new ModelRegistry(device.device(), MemoryBudget.defaultBytes(device.device()))) {
      var textToImage = new TextToImage(device, registry, () -> catalog);
      int[] separate = picture(textToImage, "checkpoints/folder");
      assertArrayEquals(separate, picture(textToImage, "checkpoints/single"));
      assertTrue(Arrays.stream(separate).distinct().count() > 10, "the picture is plain");
    }
  }

  private static int[] picture(TextToImage textToImage, String model) {
    ImageRequest request =
        ImageRequest.builder(model)
            .setPrompt("a robot")
            .optSize(64, 64)
            .optSteps(2)
            .optGuidanceScale(5)
            .optSeed(1)
            .build();
    BufferedImage image =
        textToImage
            .generate(
                request,
                new GenerationObserver() {
                  @Override
                  public void onStep(int step, int all, Supplier<List<BufferedImage>> preview) {}

                  @Override
                  public boolean cancelled() {
                    return false;
                  }
                })
            .get(0);
    return image.getRGB(0, 0, image.getWidth(), image.getHeight(), null, 0, image.getWidth());
  }
}
