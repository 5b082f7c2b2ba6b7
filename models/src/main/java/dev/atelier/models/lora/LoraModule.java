package dev.atelier.models.lora;

import ai.djl.ndarray.types.Shape;
import dev.atelier.models.weights.TensorInfo;
import dev.atelier.models.weights.WeightSource;
import dev.atelier.models.weights.WeightsException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Stream;

/**
 * One module's change as a file has it, by its header.
 *
 * @param file the file, for messages
 * @param name the module's canonical name
 * @param parts the file's tensors
 */
record LoraModule(Path file, String name, Map<LoraPart, TensorInfo> parts) {

  static LoraModule of(WeightSource file, String name, Map<LoraPart, String> keys) {
    Map<LoraPart, TensorInfo> parts = new EnumMap<>(LoraPart.class);
    keys.forEach((part, key) -> parts.put(part, file.info(key)));
    return new LoraModule(file.file(), name, parts);
  }

  boolean has(LoraPart part) {
    return parts.containsKey(part);
  }

  /**
   * What belongs to other parts that are there.
   *
   * @throws WeightsException when it is not there
   */
  TensorInfo need(LoraPart part) {
    TensorInfo info = parts.get(part);
    if (info == null) {
      throw fault(
          "its change of %s, \"%s\", lacks its %s; the file is damaged or incomplete."
              .formatted(name, parts.values().iterator().next().name(), part.words()));
    }
    return info;
  }

  /** A part's shape, of at least two dimensions. */
  Shape shape(LoraPart part) {
    TensorInfo info = need(part);
    if (info.shape().dimension() < 2 || info.shape().size() == 0) {
      throw fault(
          "its key \"%s\" has the shape %s, which no factor of a weight has; the file is damaged."
              .formatted(info.name(), words(info.shape())));
    }
    return info.shape();
  }

  WeightsException fault(String fault) {
    return new WeightsException(file, fault);
  }

  /** Two parts whose product cannot be taken. */
  WeightsException misfit(LoraPart one, LoraPart other) {
    TensorInfo a = need(one);
    TensorInfo b = need(other);
    return fault(
        "its keys \"%s\" and \"%s\" do not fit each other: their shapes are %s and %s."
            .formatted(a.name(), b.name(), words(a.shape()), words(b.shape())));
  }

  /** A shape as people write it. */
  static String words(Shape shape) {
    return Arrays.toString(shape.getShape());
  }

  /** How the change is written down: one kind, and {@link LoraKind#DORA} with it perhaps. */
  Set<LoraKind> kinds() {
    Set<LoraKind> kinds = EnumSet.noneOf(LoraKind.class);
    if (anyOf("HADA")) {
      kinds.add(LoraKind.LOHA);
    } else if (anyOf("LOKR")) {
      kinds.add(LoraKind.LOKR);
    } else if (has(LoraPart.UP) || has(LoraPart.DOWN)) {
      kinds.add(convolves() ? LoraKind.LOCON : LoraKind.LORA);
    } else if (has(LoraPart.DIFF) || has(LoraPart.DIFF_B)) {
      kinds.add(LoraKind.FULL);
    }
    if (magnitude().isPresent()) {
      kinds.add(LoraKind.DORA);
    }
    return kinds;
  }

  private boolean anyOf(String family) {
    return parts.keySet().stream().anyMatch(part -> part.name().startsWith(family));
  }

  private boolean convolves() {
    if (has(LoraPart.MID) || !has(LoraPart.DOWN)) {
      return has(LoraPart.MID);
    }
    Shape down = parts.get(LoraPart.DOWN).shape();
    return down.dimension() == 4 && down.get(2) * down.get(3) > 1;
  }

  /** Where DoRA's magnitudes are. */
  Optional<LoraPart> magnitude() {
    return Stream.of(LoraPart.DORA_SCALE, LoraPart.MAGNITUDE).filter(this::has).findFirst();
  }

  /** The rank that its alpha is divided by; empty where it has none. */
  OptionalInt rank() {
    for (LoraPart part : LoraPart.RANKED) {
      if (has(part) && parts.get(part).shape().dimension() > 0) {
        return OptionalInt.of((int) parts.get(part).shape().get(0));
      }
    }
    return OptionalInt.empty();
  }
}
