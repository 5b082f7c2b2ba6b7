package dev.atelier.models.lora;

import ai.djl.ndarray.types.Shape;
import dev.atelier.models.weights.Component;
import dev.atelier.models.weights.RandomCheckpoint;
import dev.atelier.models.weights.WeightSource;
import dev.atelier.models.weights.WeightsException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** Looks into the files of LoRAs without reading their numbers. */
public final class LoraFile {
  /** Stable Diffusion 1.5, and the built-in model, which has attention at other levels. */
  private static final List<LoraKeys.Model> MODELS =
      Stream.of(RandomCheckpoint.sd15(0), RandomCheckpoint.storybook(0))
          .map(sizes -> LoraKeys.Model.of(sizes.unet(), sizes.textEncoder()))
          .toList();

  private LoraFile() {}

  /** A file's keys as those of the model that leaves the fewest over; in doubt of the first. */
  private static LoraKeys keys(Path file, Set<String> names) {
    return MODELS.stream()
        .map(model -> LoraKeys.of(file, names, model))
        .min(Comparator.comparingInt(keys -> keys.unmatched().size()))
        .orElseThrow();
  }

  /**
   * Reads a file's header: what it is, what it changes of a Stable Diffusion 1.5 model or of the
   * built-in one, what is wrong with it. Takes milliseconds and never throws because of what is in
   * the file.
   */
  public static LoraSummary inspect(Path file) {
    try (WeightSource source = WeightSource.open(file)) {
      LoraKeys keys = keys(file, source.names());
      Set<LoraKind> kinds = EnumSet.noneOf(LoraKind.class);
      Set<Integer> ranks = new TreeSet<>();
      List<LoraModule> modules = new ArrayList<>();
      keys.modules()
          .values()
          .forEach(
              of -> of.forEach((name, parts) -> modules.add(LoraModule.of(source, name, parts))));
      for (LoraModule module : modules) {
        Decomposition.of(module); // checks it
        kinds.addAll(module.kinds());
        module.rank().ifPresent(ranks::add);
      }
      return new LoraSummary(
          file,
          kinds,
          List.copyOf(ranks),
          keys.of(Component.UNET).size(),
          keys.of(Component.TEXT_ENCODER).size(),
          keys.unmatched(),
          LoraMetadata.of(source.metadata()),
          problem(source.names(), modules)
              .map(fault -> new WeightsException(file, fault).getMessage()));
    } catch (WeightsException e) {
      return LoraSummary.unusable(file, e.getMessage());
    }
  }

  private static Optional<String> problem(Set<String> names, List<LoraModule> modules) {
    Optional<String> other = OtherLoras.among(names).or(() -> otherWidth(modules));
    if (other.isPresent()) {
      return other.map(
          model ->
              "it was made for %s and does not fit Stable Diffusion 1.5; use it with a model of its"
                      .formatted(model)
                  + " kind elsewhere.");
    }
    return modules.isEmpty()
        ? Optional.of(
            "none of its keys belongs to a module of Stable Diffusion 1.5; it is"
                + " something else than a LoRA for it.")
        : Optional.empty();
  }

  /** Cross-attention takes the text encoder's states, whose width tells the models apart. */
  private static Optional<String> otherWidth(List<LoraModule> modules) {
    for (LoraModule module : modules) {
      if (module.name().endsWith("attn2.to_k") && module.has(LoraPart.DOWN)) {
        Shape down = module.parts().get(LoraPart.DOWN).shape();
        long width = down.dimension() < 2 ? 0 : down.get(1);
        if (width == 1024 || width == 2048) {
          return Optional.of(width == 1024 ? "Stable Diffusion 2" : "Stable Diffusion XL");
        }
      }
    }
    return Optional.empty();
  }
}
