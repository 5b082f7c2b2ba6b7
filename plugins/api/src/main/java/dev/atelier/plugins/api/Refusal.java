package dev.atelier.plugins.api;

import java.util.Objects;

/**
 * Why a job cannot be made as the user asked for it.
 *
 * @param field the field of the request that is wrong, as the HTTP API calls it: {@code prompt},
 *     {@code negative_prompt}, or {@code plugins} for the plugin's parameters
 * @param sentence one sentence for the user that says what to do
 * @since 1.1
 */
public record Refusal(String field, String sentence) {
  public Refusal {
    Objects.requireNonNull(field, "field");
    Objects.requireNonNull(sentence, "sentence");
  }
}
