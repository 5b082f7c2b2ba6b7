package dev.atelier.models.lora;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What a LoRA's file says of itself, read from its header only.
 *
 * @param file it
 * @param kinds how it writes down its changes; more than one where modules differ
 * @param ranks the different ranks of its modules, ascending; none where it has full differences
 *     only
 * @param unetModules modules of the UNet that it changes
 * @param textEncoderModules modules of the text encoder that it changes
 * @param unmatched keys that belong to no module of Stable Diffusion 1.5 or, where it fits better,
 *     of the built-in model, in the file's order: they have no effect
 * @param metadata what its trainer wrote into it
 * @param problem why it cannot be used, one sentence that begins with the file's name
 */
public record LoraSummary(
    Path file,
    Set<LoraKind> kinds,
    List<Integer> ranks,
    int unetModules,
    int textEncoderModules,
    List<String> unmatched,
    LoraMetadata metadata,
    Optional<String> problem) {
  public LoraSummary {
    kinds = Set.copyOf(kinds);
    ranks = List.copyOf(ranks);
    unmatched = List.copyOf(unmatched);
  }

  /** Of a file that cannot be used. */
  static LoraSummary unusable(Path file, String problem) {
    return new LoraSummary(
        file, Set.of(), List.of(), 0, 0, List.of(), LoraMetadata.NONE, Optional.of(problem));
  }
}
