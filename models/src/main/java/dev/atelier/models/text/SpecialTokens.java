package dev.atelier.models.text;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The tokens that are no part of a text.
 *
 * @param start begins what the text encoder sees
 * @param end ends it
 * @param unknown stands for what the vocabulary has no token for
 * @param padding fills up behind the end
 */
record SpecialTokens(String start, String end, String unknown, String padding) {
  /** CLIP's own, which Stable Diffusion 1.5 has. */
  static final SpecialTokens STANDARD =
      new SpecialTokens(
          ClipVocabulary.START, ClipVocabulary.END, ClipVocabulary.END, ClipVocabulary.END);

  /** What a {@code tokenizer_config.json} names; CLIP's own where it says nothing. */
  static SpecialTokens of(JsonObject config) {
    return new SpecialTokens(
        token(config, "bos_token", STANDARD.start),
        token(config, "eos_token", STANDARD.end),
        token(config, "unk_token", STANDARD.unknown),
        token(config, "pad_token", STANDARD.padding));
  }

  /** A text, or an object that has it as its content. */
  private static String token(JsonObject config, String key, String absent) {
    JsonElement value = config.get(key);
    if (value instanceof JsonObject object) {
      value = object.get("content");
    }
    return value instanceof JsonPrimitive text && text.isString() ? text.getAsString() : absent;
  }

  Set<String> distinct() {
    return new LinkedHashSet<>(List.of(start, end, unknown, padding));
  }
}
