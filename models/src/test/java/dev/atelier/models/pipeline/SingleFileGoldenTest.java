package dev.atelier.models.pipeline;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.atelier.models.Golden;
import dev.atelier.models.GoldenSingleFile;
import dev.atelier.models.catalog.ModelCatalog;
import dev.atelier.models.engine.ComputeDevice;
import dev.atelier.models.registry.MemoryBudget;
import dev.atelier.models.registry.ModelRegistry;
import dev.atelier.models.sampling.Sampler;
import java.awt.image.BufferedImage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The reference's single file makes the folder's pictures, to the byte. */
class SingleFileGoldenTest {
  @Test
  void theSamePictureAsTheFolder(@TempDir Path models) throws Exception {
    Path checkpoints = Files.createDirectory(models.resolve("checkpoints"));
    Golden.copyModelWithTokenizer(checkpoints.resolve("folder"));
    GoldenSingleFile.write(checkpoints.resolve("single.safetensors"));
    ModelCatalog catalog = ModelCatalog.scan(List.of(models));
    try (ComputeDevice device = ComputeDevice.open().inFloat32();
        var golden = new Golden(device.manager());
        var registry =
            new ModelRegistry(device.device(), MemoryBudget.defaultBytes(device.device()))) {
      var textToImage = new TextToImage(device, registry, () -> catalog);
      for (Sampler sampler : List.of(Sampler.EULER, Sampler.DPMPP_2M)) {
        BufferedImage single = picture(textToImage, "checkpoints/single", sampler);
        BufferedImage folder = picture(textToImage, "checkpoints/folder", sampler);
        assertArrayEquals(pixels(folder), pixels(single));
        golden.assertPicture(
            "seed." + sampler.name().toLowerCase(Locale.ROOT) + ".7", 0, single, 0.5);
      }
    }
    assertEquals(2, catalog.entries().stream().filter(e -> e.usable()).count());
  }

  private static BufferedImage picture(TextToImage textToImage, String model, Sampler sampler) {
    ImageRequest request =
        ImageRequest.builder(model)
            .setPrompt("a photo of sks woman face")
            .optNegativePrompt("blurry, low quality")
            .optSize(64, 64)
            .optSteps(8)
            .optGuidanceScale(7.5)
            .optSampler(sampler)
            .optSeed(7)
            .build();
    return textToImage.generate(request, new Unwatched()).get(0);
  }

  private static int[] pixels(BufferedImage image) {
    return image.getRGB(0, 0, image.getWidth(), image.getHeight(), null, 0, image.getWidth());
  }

  private static final class Unwatched implements GenerationObserver {
    @Override
    public void onStep(int step, int all, Supplier<List<BufferedImage>> preview) {}

    @Override
    public boolean cancelled() {
      return false;
    }
  }
}
