package dev.atelier.models.lora;

import dev.atelier.models.weights.ClipTextConfig;
import dev.atelier.models.weights.Component;
import dev.atelier.models.weights.KeyMapping;
import dev.atelier.models.weights.ModuleNames;
import dev.atelier.models.weights.UNetConfig;
import dev.atelier.models.weights.WeightsException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Which modules of a model the keys of a LoRA's file belong to. What a key means is data: {@code
 * lora.keys} for its end, {@code modules.keys} for its beginning.
 *
 * @param modules for each network its modules' canonical names, and each module's keys by their
 *     parts
 * @param unmatched keys of no module, in the file's order
 */
record LoraKeys(
    Map<Component, Map<String, Map<LoraPart, String>>> modules, List<String> unmatched) {
  private static final KeyMapping PARTS = resource("lora.keys");
  private static final KeyMapping MODULES = resource("modules.keys");

  private static KeyMapping resource(String name) {
    try (InputStream in = LoraKeys.class.getResourceAsStream(name)) {
      return KeyMapping.parse(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The two networks that LoRAs change, as far as their modules' names go. */
  record Model(ModuleNames unet, ModuleNames textEncoder) {
    static Model of(UNetConfig unet, ClipTextConfig textEncoder) {
      return new Model(ModuleNames.of(unet), ModuleNames.of(textEncoder));
    }

    private Optional<Place> find(String module) {
      return unet.canonical(module)
          .map(name -> new Place(Component.UNET, name))
          .or(() -> textEncoder.canonical(module).map(n -> new Place(Component.TEXT_ENCODER, n)));
    }
  }

  /** A module of a model. */
  private record Place(Component network, String module) {}

  /**
   * Sorts a file's keys.
   *
   * @param file for messages
   * @throws WeightsException when it has the same part of a module twice
   */
  static LoraKeys of(Path file, Collection<String> keys, Model model) {
    Map<Component, Map<String, Map<LoraPart, String>>> modules = new EnumMap<>(Component.class);
    modules.put(Component.UNET, new LinkedHashMap<>());
    modules.put(Component.TEXT_ENCODER, new LinkedHashMap<>());
    List<String> unmatched = new ArrayList<>();
    for (String key : keys) {
      String words = PARTS.find(key).orElse("");
      int space = words.lastIndexOf(' ');
      Optional<Place> place =
          space < 0 ? Optional.empty() : place(words.substring(0, space), model);
      if (place.isEmpty()) {
        unmatched.add(key);
        continue;
      }
      LoraPart part = LoraPart.valueOf(words.substring(space + 1).toUpperCase(Locale.ROOT));
      String other =
          modules
              .get(place.get().network())
              .computeIfAbsent(place.get().module(), module -> new EnumMap<>(LoraPart.class))
              .put(part, key);
      if (other != null) {
        throw new WeightsException(
            file,
            "its keys \"%s\" and \"%s\" mean the same weight; the file is damaged."
                .formatted(other, key));
      }
    }
    return new LoraKeys(modules, unmatched);
  }

  private static Optional<Place> place(String module, Model model) {
    return model.find(MODULES.canonical(module.replace('.', '_')));
  }

  /** Modules of one network. */
  Map<String, Map<LoraPart, String>> of(Component network) {
    return modules.get(network);
  }
}
