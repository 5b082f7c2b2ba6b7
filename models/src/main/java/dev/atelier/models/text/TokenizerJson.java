package dev.atelier.models.text;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import dev.atelier.models.weights.WeightsException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;

/**
 * The {@code tokenizer.json} format of Hugging Face's tokenizers library.
 *
 * @param json the whole document
 * @param ids each token's id, those added to the model's vocabulary included
 */
record TokenizerJson(JsonObject json, Map<String, Integer> ids) {
  /** How CLIP cuts a text into words: openai/CLIP {@code simple_tokenizer.py}. */
  private static final String WORDS =
      "'s|'t|'re|'ve|'m|'ll|'d|[\\p{L}]+|[\\p{N}]|[^\\s\\p{L}\\p{N}]+";

  /**
   * What transformers 5 makes of a CLIP vocabulary, without a post-processor: {@code
   * tokenization_clip.py}.
   *
   * @param added tokens that were trained after the vocabulary was made, matched before a text is
   *     cut into words
   * @param special matched as they are written, before anything else; the unknown one stands for
   *     bytes that the vocabulary has no token for, which are left out where it has no such token
   *     either
   */
  static TokenizerJson of(
      ClipVocabulary vocabulary, Map<String, Integer> added, SpecialTokens special) {
    Map<String, Integer> ids = new HashMap<>(vocabulary.ids());
    ids.putAll(added);
    JsonArray addedTokens = new JsonArray();
    for (String token : special.distinct()) {
      if (ids.containsKey(token)) {
        addedTokens.add(addedToken(token, ids.get(token), true));
      }
    }
    added.forEach((token, id) -> addedTokens.add(addedToken(token, id, false)));

    JsonObject json = new JsonObject();
    json.addProperty("version", "1.0");
    json.add("added_tokens", addedTokens);
    json.add("normalizer", normalizer());
    json.add("pre_tokenizer", preTokenizer());
    json.add("model", model(ids, vocabulary, special.unknown()));
    return new TokenizerJson(json, ids);
  }

  /**
   * Reads a finished {@code tokenizer.json}.
   *
   * @throws WeightsException when it is missing, damaged or not of CLIP's kind
   */
  static TokenizerJson read(Path file) {
    JsonObject json = TokenizerFile.readObject(file);
    // Baked in by whoever saved it; cutting and padding is ClipTokenizer's.
    json.add("truncation", JsonNull.INSTANCE);
    json.add("padding", JsonNull.INSTANCE);
    if (!(json.get("model") instanceof JsonObject model)
        || !(model.get("vocab") instanceof JsonObject vocab)) {
      throw new WeightsException(file, "it has no vocabulary of CLIP's kind.");
    }
    Map<String, Integer> ids = TokenizerFile.ids(file, vocab);
    if (model.get("unk_token") instanceof JsonPrimitive unknown
        && !ids.containsKey(unknown.getAsString())) {
      // Would be an error at the first text that needs it.
      model.add("unk_token", JsonNull.INSTANCE);
    }
    if (json.get("added_tokens") instanceof JsonArray added) {
      for (JsonElement element : added) {
        if (element instanceof JsonObject token
            && token.has("content")
            && token.get("content").isJsonPrimitive()) {
          String content = token.get("content").getAsString();
          ids.put(content, TokenizerFile.id(file, content, token.get("id")));
        }
      }
    }
    return new TokenizerJson(json, ids);
  }

  /**
   * SHA-256 in hex digits of what it does: equal whatever order the vocabulary is written in.
   *
   * @param special the tokens that are no part of a text
   */
  String digest(SpecialTokens special) {
    var text = new StringBuilder(special.toString()).append(new TreeMap<>(ids));
    json.entrySet().stream().filter(part -> !part.getKey().equals("model")).forEach(text::append);
    json.getAsJsonObject("model").entrySet().stream()
        .filter(part -> !part.getKey().equals("vocab"))
        .forEach(text::append);
    try {
      byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every Java platform has it
    }
  }

  private static JsonObject addedToken(String content, int id, boolean special) {
    JsonObject token = new JsonObject();
    token.addProperty("id", id);
    token.addProperty("content", content);
    token.addProperty("single_word", false);
    token.addProperty("lstrip", false);
    token.addProperty("rstrip", false);
    token.addProperty("normalized", !special);
    token.addProperty("special", special);
    return token;
  }

  private static JsonObject normalizer() {
    JsonObject spaces = typed("Replace");
    spaces.add("pattern", regex("\\s+"));
    spaces.addProperty("content", " ");
    return sequence("normalizers", typed("NFC"), spaces, typed("Lowercase"));
  }

  private static JsonObject preTokenizer() {
    JsonObject words = typed("Split");
    words.add("pattern", regex(WORDS));
    words.addProperty("behavior", "Removed");
    words.addProperty("invert", true);
    JsonObject bytes = typed("ByteLevel");
    bytes.addProperty("add_prefix_space", false);
    bytes.addProperty("trim_offsets", true);
    bytes.addProperty("use_regex", true);
    return sequence("pretokenizers", words, bytes);
  }

  private static JsonObject model(
      Map<String, Integer> ids, ClipVocabulary vocabulary, String unknown) {
    JsonObject vocab = new JsonObject();
    ids.forEach(vocab::addProperty);
    JsonArray merges = new JsonArray(vocabulary.merges().size());
    vocabulary.merges().forEach(merges::add);
    JsonObject model = typed("BPE");
    model.addProperty("unk_token", ids.containsKey(unknown) ? unknown : null);
    model.addProperty("continuing_subword_prefix", "");
    model.addProperty("end_of_word_suffix", ClipVocabulary.END_OF_WORD);
    model.addProperty("fuse_unk", false);
    model.add("vocab", vocab);
    model.add("merges", merges);
    return model;
  }

  private static JsonObject typed(String type) {
    JsonObject object = new JsonObject();
    object.addProperty("type", type);
    return object;
  }

  private static JsonObject regex(String pattern) {
    JsonObject object = new JsonObject();
    object.addProperty("Regex", pattern);
    return object;
  }

  private static JsonObject sequence(String parts, JsonObject... elements) {
    JsonArray array = new JsonArray();
    for (JsonObject element : elements) {
      array.add(element);
    }
    JsonObject sequence = typed("Sequence");
    sequence.add(parts, array);
    return sequence;
  }
}
