package dev.atelier.plugins.lora;

import dev.atelier.models.catalog.ModelEntry;
import dev.atelier.models.lora.LoraSummary;
import java.nio.file.Path;
import java.util.Optional;

/**
 * One LoRA of the model folders.
 *
 * @param entry where it is
 * @param summary what its file says
 */
record Lora(ModelEntry entry, LoraSummary summary) {
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
}
