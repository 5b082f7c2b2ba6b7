package dev.atelier.models.pipeline;

import dev.atelier.models.weights.ClipTextConfig;
import dev.atelier.models.weights.RandomCheckpoint;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;

/** Small pictures of small random checkpoints. */
final class Pictures {
  private static final Path TOKENIZER = Path.of("storybook/tokenizer");

  private Pictures() {}

  /** A request for a picture that takes a fraction of a second. */
  static ImageRequest.Builder request(String model) {
    return ImageRequest.builder(model)
        .setPrompt("a robot")
        .optSize(64, 64)
        .optSteps(2)
        .optGuidanceScale(5)
        .optSeed(1);
  }

  /** The picture's pixels, row by row. */
  static int[] make(TextToImage textToImage, ImageRequest request) {
    BufferedImage image = image(textToImage, request);
    return image.getRGB(0, 0, image.getWidth(), image.getHeight(), null, 0, image.getWidth());
  }

  /** The first picture. */
  static BufferedImage image(TextToImage textToImage, ImageRequest request) {
    return textToImage.generate(request, new Unwatched()).get(0);
  }

  /** A random checkpoint with storybook's small vocabulary, as a diffusers folder. */
  static void writeCheckpoint(long seed, Path folder) throws IOException {
    RandomCheckpoint odd = RandomCheckpoint.odd(seed);
    ClipTextConfig text = odd.textEncoder();
    var small =
        new ClipTextConfig(
            1073,
            text.hiddenSize(),
            text.intermediateSize(),
            text.layers(),
            text.attentionHeads(),
            text.maxTokens(),
            text.activation(),
            text.layerNormEps());
    new RandomCheckpoint(odd.unet(), odd.vae(), small, seed).writeFolder(folder);
    copy(TOKENIZER, folder.resolve("tokenizer"));
  }

  /** Copies a folder of files, over those that are there. */
  static void copy(Path from, Path to) throws IOException {
    Files.createDirectories(to);
    try (var files = Files.list(from)) {
      for (Path file : files.toList()) {
        Files.write(to.resolve(file.getFileName()), Files.readAllBytes(file));
      }
    }
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
