package dev.atelier.models.lora;

import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import dev.atelier.models.weights.Component;
import dev.atelier.models.weights.WeightSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * The alphas of files whose naming has no place for them: diffusers writes them into the metadata
 * ({@code lora_adapter_metadata}), PEFT into {@code adapter_config.json} beside the file.
 *
 * @param settings PEFT's LoraConfig for each network
 */
record AdapterConfig(Map<Component, JsonObject> settings) {
  private static final String METADATA = "lora_adapter_metadata";
  private static final String PEFT_FILE = "adapter_model";
  private static final long MAX_BYTES = 1 << 20;

  /** Where PEFT's would be; no other file has one. */
  static Path beside(Path file) {
    return file.resolveSibling("adapter_config.json");
  }

  /** That of a file; of none when there is none or it cannot be understood. */
  static AdapterConfig of(WeightSource source) {
    String metadata = source.metadata().get(METADATA);
    try {
      if (metadata != null) {
        JsonObject all = JsonParser.parseString(metadata).getAsJsonObject();
        return new AdapterConfig(
            Map.of(
                Component.UNET, below("unet.", all),
                Component.TEXT_ENCODER, below("text_encoder.", all)));
      }
      Path config = beside(source.file());
      boolean pefts = source.file().getFileName().toString().startsWith(PEFT_FILE + ".");
      if (pefts && Files.isRegularFile(config) && Files.size(config) <= MAX_BYTES) {
        JsonObject all = JsonParser.parseString(Files.readString(config)).getAsJsonObject();
        return new AdapterConfig(Map.of(Component.UNET, all, Component.TEXT_ENCODER, all));
      }
    } catch (JsonParseException | IllegalStateException | IOException e) {
      return new AdapterConfig(Map.of()); // as the files that say nothing
    }
    return new AdapterConfig(Map.of());
  }

  private static JsonObject below(String prefix, JsonObject all) {
    var below = new JsonObject();
    all.entrySet().stream()
        .filter(entry -> entry.getKey().startsWith(prefix))
        .forEach(e -> below.add(e.getKey().substring(prefix.length()), e.getValue()));
    return below;
  }

  /** alpha / rank, or alpha / √rank where the adapter is rank-stabilised (arXiv 2312.03732). */
  double scale(Component network, String module, int rank) {
    JsonObject of = settings.getOrDefault(network, new JsonObject());
    try {
      double alpha = of.has("lora_alpha") ? of.get("lora_alpha").getAsDouble() : rank;
      if (of.has("alpha_pattern") && of.get("alpha_pattern").isJsonObject()) {
        for (var pattern : of.getAsJsonObject("alpha_pattern").entrySet()) {
          if (("." + module).endsWith("." + pattern.getKey())) {
            alpha = pattern.getValue().getAsDouble();
          }
        }
      }
      boolean stabilised = of.has("use_rslora") && of.get("use_rslora").getAsBoolean();
      return alpha / (stabilised ? Math.sqrt(rank) : rank);
    } catch (UnsupportedOperationException | IllegalStateException | NumberFormatException e) {
      return 1;
    }
  }
}
