package dev.atelier.server.hub;

import dev.atelier.models.catalog.ModelKind;
import java.util.Collection;
import java.util.Locale;
import java.util.OptionalLong;

/**
 * Guesses what a file is before it is here, from its name, its size and what its page says. What is
 * in it decides when it has come.
 */
final class KindGuess {
  /** Embeddings are a few vectors. */
  private static final long EMBEDDING_BYTES = 1 << 20;

  private KindGuess() {}

  static ModelKind of(String path, Collection<String> tags, OptionalLong bytes) {
    String name = path.toLowerCase(Locale.ROOT);
    if (name.contains("lora") || name.contains("locon") || tags.contains("lora")) {
      return ModelKind.LORA;
    }
    if (name.contains("control") || tags.contains("controlnet")) {
      return ModelKind.CONTROLNET;
    }
    if (bytes.isPresent() && bytes.getAsLong() < EMBEDDING_BYTES
        || name.contains("embed")
        || tags.contains("textual_inversion")) {
      return ModelKind.EMBEDDING;
    }
    return name.matches(".*(^|[^a-z])vae.*") ? ModelKind.VAE : ModelKind.CHECKPOINT;
  }
}
