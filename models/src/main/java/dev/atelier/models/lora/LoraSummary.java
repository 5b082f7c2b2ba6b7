package dev.atelier.models.lora;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

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
  /** Words that call a LoRA up which are told: the first say the most. */
  private static final int MOST_WORDS = 24;

  /** Keeps copies. */
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

  /** What its changes are, in words: for example “LoRA, rank 4 to 8”. */
  public String kind() {
    String names = kinds.stream().sorted().map(LoraKind::label).collect(Collectors.joining(" + "));
    return switch (ranks.size()) {
      case 0 -> names;
      case 1 -> "%s, rank %d".formatted(names, ranks.get(0));
      default -> "%s, rank %d to %d".formatted(names, ranks.get(0), ranks.get(ranks.size() - 1));
    };
  }

  /** Words that call it up: the trainer's, then those that its captions have most. */
  public List<String> triggerWords() {
    return Stream.concat(
            metadata.triggerPhrase().stream(), metadata.tags().stream().map(LoraMetadata.Tag::text))
        .distinct()
        .limit(MOST_WORDS)
        .toList();
  }
}
