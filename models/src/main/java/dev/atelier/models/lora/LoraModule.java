package dev.atelier.models.lora;

import ai.djl.ndarray.types.Shape;
import dev.atelier.models.weights.TensorInfo;
import dev.atelier.models.weights.WeightSource;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;

/**
 * One module's change as a file has it, by its header.
 *
 * @param name the module's canonical name
 * @param parts the file's tensors
 */
record LoraModule(String name, Map<LoraPart, TensorInfo> parts) {

  static LoraModule of(WeightSource file, String name, Map<LoraPart, String> keys) {
    Map<LoraPart, TensorInfo> parts = new EnumMap<>(LoraPart.class);
    keys.forEach((part, key) -> parts.put(part, file.info(key)));
    return new LoraModule(name, parts);
  }

  boolean has(LoraPart part) {
    return parts.containsKey(part);
  }

  /** How the change is written down: one kind, and {@link LoraKind#DORA} with it perhaps. */
  Set<LoraKind> kinds() {
    Set<LoraKind> kinds = EnumSet.noneOf(LoraKind.class);
    if (has(LoraPart.HADA_W1_A)) {
      kinds.add(LoraKind.LOHA);
    } else if (parts.keySet().stream().anyMatch(part -> part.name().startsWith("LOKR"))) {
      kinds.add(LoraKind.LOKR);
    } else if (has(LoraPart.DOWN)) {
      kinds.add(convolves() ? LoraKind.LOCON : LoraKind.LORA);
    } else if (has(LoraPart.DIFF) || has(LoraPart.DIFF_B)) {
      kinds.add(LoraKind.FULL);
    }
    if (has(LoraPart.DORA_SCALE) || has(LoraPart.MAGNITUDE)) {
      kinds.add(LoraKind.DORA);
    }
    return kinds;
  }

  private boolean convolves() {
    Shape down = parts.get(LoraPart.DOWN).shape();
    return has(LoraPart.MID) || down.dimension() == 4 && down.get(2) * down.get(3) > 1;
  }

  /** The rank that its alpha is divided by; empty where it has none. */
  OptionalInt rank() {
    for (LoraPart part :
        new LoraPart[] {
          LoraPart.DOWN, LoraPart.HADA_W1_B, LoraPart.LOKR_W1_B, LoraPart.LOKR_W2_B
        }) {
      if (has(part) && parts.get(part).shape().dimension() > 0) {
        return OptionalInt.of((int) parts.get(part).shape().get(0));
      }
    }
    return OptionalInt.empty();
  }
}
