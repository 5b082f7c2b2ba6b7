package dev.atelier.models.lora;

import com.google.gson.JsonElement;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What trainers write into a LoRA's file: kohya's {@code ss_*} (sd-scripts, train_network.py) and
 * Stability's {@code modelspec.*} (github.com/Stability-AI/ModelSpec). All of it is the file's
 * word, unchecked.
 *
 * @param title what it is called
 * @param description what it is for
 * @param author who made it
 * @param license under which terms it may be used
 * @param baseModel the kind of model it was trained on, e.g. {@code sd_v1}, {@code sdxl_base_v1-0}
 * @param baseModelName the file that it was trained on
 * @param triggerPhrase words that call it up
 * @param tags words of the captions it was trained with, the most frequent first, {@value
 *     #MAX_TAGS} at most
 * @param module the trainer's network module, e.g. {@code networks.lora}
 * @param rank the trainer's {@code network_dim}
 * @param alpha the trainer's {@code network_alpha}
 * @param modelHash SHA-256 of the file's tensors, as kohya writes it; by its first twelve digits
 *     AUTOMATIC1111 knows a LoRA
 * @param thumbnail a picture as a {@code data:} URL of JPEG, PNG or WebP
 * @param all every entry as it is in the file, but the thumbnail
 */
public record LoraMetadata(
    Optional<String> title,
    Optional<String> description,
    Optional<String> author,
    Optional<String> license,
    Optional<String> baseModel,
    Optional<String> baseModelName,
    Optional<String> triggerPhrase,
    List<Tag> tags,
    Optional<String> module,
    Optional<String> rank,
    Optional<String> alpha,
    Optional<String> modelHash,
    Optional<String> thumbnail,
    Map<String, String> all) {
  public static final int MAX_TAGS = 100;

  private static final String THUMBNAIL = "modelspec.thumbnail";
  private static final Pattern PICTURE =
      Pattern.compile("data:image/(jpeg|png|webp);base64,[A-Za-z0-9+/]+=*");
  private static final Pattern SHA256 = Pattern.compile("(?:0x)?([0-9a-fA-F]{64})");

  static final LoraMetadata NONE = of(Map.of());

  /**
   * A word of the captions.
   *
   * @param text it
   * @param count pictures that have it
   */
  public record Tag(String text, long count) {}

  /** What it was trained on, in the words that people use where it is known: the trainer's else. */
  public Optional<String> family() {
    return baseModel.map(LoraMetadata::family);
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

  /** Reads a file's metadata; what cannot be understood is left out. */
  static LoraMetadata of(Map<String, String> entries) {
    Map<String, String> all = new HashMap<>(entries);
    all.remove(THUMBNAIL);
    return new LoraMetadata(
        first(entries, "modelspec.title", "ss_output_name"),
        first(entries, "modelspec.description", "ss_training_comment"),
        first(entries, "modelspec.author"),
        first(entries, "modelspec.license"),
        first(entries, "ss_base_model_version", "modelspec.architecture"),
        first(entries, "ss_sd_model_name"),
        first(entries, "modelspec.trigger_phrase"),
        first(entries, "ss_tag_frequency").map(LoraMetadata::tags).orElse(List.of()),
        first(entries, "ss_network_module"),
        first(entries, "ss_network_dim"),
        first(entries, "ss_network_alpha"),
        first(entries, "sshs_model_hash", "modelspec.hash_sha256")
            .map(SHA256::matcher)
            .filter(matcher -> matcher.matches())
            .map(matcher -> matcher.group(1)),
        first(entries, THUMBNAIL).filter(url -> PICTURE.matcher(url).matches()),
        Map.copyOf(all));
  }

  /** The first of the entries that says something; Python's None is nothing. */
  private static Optional<String> first(Map<String, String> entries, String... names) {
    for (String name : names) {
      String value = entries.get(name);
      if (value != null && !value.isBlank() && !value.equals("None")) {
        return Optional.of(value.strip());
      }
    }
    return Optional.empty();
  }

  /** {@code {"data set": {"word": 12}}}, summed over the data sets. */
  private static List<Tag> tags(String json) {
    Map<String, Long> counts = new HashMap<>();
    try {
      for (JsonElement set : JsonParser.parseString(json).getAsJsonObject().asMap().values()) {
        set.getAsJsonObject()
            .asMap()
            .forEach((tag, count) -> counts.merge(tag.strip(), count.getAsLong(), Long::sum));
      }
    } catch (JsonParseException
        | IllegalStateException
        | NumberFormatException
        | UnsupportedOperationException e) {
      return List.of();
    }
    counts.remove("");
    return counts.entrySet().stream()
        .map(entry -> new Tag(entry.getKey(), entry.getValue()))
        .sorted(Comparator.comparingLong(Tag::count).reversed().thenComparing(Tag::text))
        .limit(MAX_TAGS)
        .toList();
  }
}
