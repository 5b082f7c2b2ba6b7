package dev.atelier.models.weights;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What a file of tensors is, by the names in it, whatever it is called and wherever it lies. */
public enum Content {
  CHECKPOINT,
  VAE,
  LORA,
  CONTROLNET,
  EMBEDDING,
  /** Nothing gives it away. */
  UNKNOWN;

  private static final Map<String, Content> BY_WORDS =
      Map.of("a LoRA", LORA, "a ControlNet", CONTROLNET, "an embedding", EMBEDDING);

  /**
   * Looks at a file's names.
   *
   * @throws WeightsException when it is damaged, would run code, or is of another kind of model
   *     than Stable Diffusion 1
   */
  public static Content of(Path file) {
    try (WeightSource source = WeightSource.open(file)) {
      Set<String> names = source.names();
      Optional<String> other = OtherModels.among(names);
      if (other.isPresent()) {
        Content content = BY_WORDS.get(other.get());
        if (content == null) {
          throw new WeightsException(
              file, "it is " + other.get() + ", but only Stable Diffusion 1.5 models can be used.");
        }
        return content;
      }
      if (LdmFile.isCheckpoint(names)) {
        return CHECKPOINT;
      }
      return StandaloneVae.isVae(names) ? VAE : UNKNOWN;
    }
  }
}
