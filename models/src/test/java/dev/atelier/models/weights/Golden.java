package dev.atelier.models.weights;

import java.net.URISyntaxException;
import java.nio.file.Path;

/** The reference's numbers among the test resources. */
final class Golden {
  static final Path FOLDER = folder();

  /** A tiny Stable Diffusion 1.5 in diffusers' layout, without its tokenizer. */
  static final Path MODEL = FOLDER.resolve("model");

  private Golden() {}

  private static Path folder() {
    try {
      return Path.of(Golden.class.getResource("/golden").toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }
}
