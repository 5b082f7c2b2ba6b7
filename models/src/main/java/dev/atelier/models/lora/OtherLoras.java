package dev.atelier.models.lora;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Tells LoRAs of other models by a key that only theirs have. */
final class OtherLoras {
  private static final Map<String, Pattern> KEYS =
      Map.of(
          "Stable Diffusion XL",
              Pattern.compile(
                  "lora_te2_.+|text_encoder_2\\..+|.+transformer_blocks[._][1-9]\\d?[._]attn.+"),
          "Flux", Pattern.compile(".*(double_blocks|single_transformer_blocks)[._].+"),
          "Stable Diffusion 3", Pattern.compile(".*(joint_blocks|attn[._]add_k_proj)[._].+"),
          "Stable Cascade", Pattern.compile("lora_prior_.+"));

  private OtherLoras() {}

  /** The model that a file of these keys was made for; empty when nothing gives it away. */
  static Optional<String> among(Set<String> names) {
    for (Map.Entry<String, Pattern> model : KEYS.entrySet()) {
      if (names.stream().anyMatch(name -> model.getValue().matcher(name).matches())) {
        return Optional.of(model.getKey());
      }
    }
    return Optional.empty();
  }
}
