package dev.atelier.plugins.lora;

import dev.atelier.models.catalog.ModelEntry;
import dev.atelier.models.lora.LoraSummary;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * One LoRA of the model folders.
 *
 * @param entry where it is
 * @param summary what its file says
 */
record Lora(ModelEntry entry, LoraSummary summary) {
  /** Words of the captions that are shown: the first say the most. */
  private static final int MOST_WORDS = 24;

  /** Its id in the catalog, which cards use. */
  String id() {
    return entry.id();
  }

  /** The name that tags use: its file's without the ending, as AUTOMATIC1111 has it. */
  String name() {
    return entry.stem();
  }

  /** The name that it was trained under, by which AUTOMATIC1111 knows it as well. */
  String alias() {
    String trained = summary.metadata().all().getOrDefault("ss_output_name", "");
    return trained.isBlank() ? name() : trained.strip();
  }

  Path file() {
    return entry.path();
  }

  /** Why it cannot be used. */
  Optional<String> problem() {
    return summary.problem().or(entry::problem);
  }

  /** Words that call it up: the trainer's, else those that its captions have most. */
  List<String> triggerWords() {
    Set<String> words = new LinkedHashSet<>();
    summary.metadata().triggerPhrase().ifPresent(words::add);
    summary.metadata().tags().stream().map(tag -> tag.text()).forEach(words::add);
    return words.stream().limit(MOST_WORDS).toList();
  }

  /** What it was trained on, in the words that people use where it is known: the trainer's else. */
  Optional<String> baseModel() {
    return summary.metadata().baseModel().map(Lora::family);
  }

  private static String family(String trainers) {
    String name = trainers.toLowerCase(Locale.ROOT);
    if (name.startsWith("sd_v1") || name.startsWith("stable-diffusion-v1")) {
      return "Stable Diffusion 1.5";
    }
    if (name.startsWith("sd_v2") || name.startsWith("stable-diffusion-v2")) {
      return "Stable Diffusion 2";
    }
    return name.startsWith("sdxl") || name.startsWith("stable-diffusion-xl")
        ? "Stable Diffusion XL"
        : trainers;
  }

  /** What its changes are, in words: for example “LoRA, rank 4 to 8”. */
  String kind() {
    List<String> kinds = summary.kinds().stream().sorted().map(kind -> kind.label()).toList();
    List<Integer> ranks = summary.ranks();
    String rank =
        ranks.isEmpty()
            ? ""
            : ranks.size() == 1
                ? ", rank " + ranks.get(0)
                : ", rank %d to %d".formatted(ranks.get(0), ranks.get(ranks.size() - 1));
    return String.join(" + ", kinds) + rank;
  }
}
