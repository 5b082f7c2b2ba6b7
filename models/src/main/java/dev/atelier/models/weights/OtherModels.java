package dev.atelier.models.weights;

import java.util.Optional;
import java.util.Set;

/** Tells what is no Stable Diffusion 1 model by its keys; the rules are data. */
final class OtherModels {
  private static final KeyMapping RULES = KeyMapping.resource("other-models.keys");

  private OtherModels() {}

  /** What a file of these keys is, e.g. {@code a LoRA}; empty when nothing gives it away. */
  static Optional<String> among(Set<String> names) {
    return names.stream().flatMap(name -> RULES.find(name).stream()).findFirst();
  }
}
