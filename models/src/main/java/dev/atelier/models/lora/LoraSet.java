package dev.atelier.models.lora;

import dev.atelier.models.engine.ComputeDevice;
import dev.atelier.models.nn.WeightPatch;
import dev.atelier.models.weights.ClipTextConfig;
import dev.atelier.models.weights.Component;
import dev.atelier.models.weights.ModuleNames;
import dev.atelier.models.weights.UNetConfig;
import dev.atelier.models.weights.WeightsException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The LoRAs of one picture, their files open. The patches are good until it is closed. */
public final class LoraSet implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(LoraSet.class);

  private final List<OpenLora> open = new ArrayList<>();
  private final WeightPatch unet;
  private final WeightPatch textEncoder;

  private LoraSet(
      List<LoraUse> uses, UNetConfig unetConfig, ClipTextConfig text, ComputeDevice device) {
    if (uses.isEmpty()) {
      unet = WeightPatch.NONE;
      textEncoder = WeightPatch.NONE;
      return;
    }
    var model = new LoraKeys.Model(ModuleNames.of(unetConfig), ModuleNames.of(text));
    // Sums in floating point depend on their order, and the order in a request shall not matter.
    List<LoraUse> ordered =
        uses.stream()
            .sorted(
                Comparator.comparing(LoraUse::file)
                    .thenComparing(LoraUse::unetWeight)
                    .thenComparing(LoraUse::textEncoderWeight))
            .toList();
    try {
      for (LoraUse use : ordered) {
        open.add(open(use, model));
      }
      unet = patch(Component.UNET, model.unet(), ordered, LoraUse::unetWeight, device);
      textEncoder =
          patch(
              Component.TEXT_ENCODER,
              model.textEncoder(),
              ordered,
              LoraUse::textEncoderWeight,
              device);
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  /**
   * Opens files and checks that they fit a model, without reading their numbers.
   *
   * @param unet the model's UNet
   * @param textEncoder the model's text encoder
   * @param device where its networks are
   * @throws WeightsException when a file cannot be used, naming the key at fault
   */
  public static LoraSet open(
      List<LoraUse> uses, UNetConfig unet, ClipTextConfig textEncoder, ComputeDevice device) {
    return new LoraSet(uses, unet, textEncoder, device);
  }

  private static OpenLora open(LoraUse use, LoraKeys.Model model) {
    OpenLora lora = OpenLora.open(use.file(), model);
    List<String> unmatched = lora.unmatched();
    if (!unmatched.isEmpty()) {
      log.warn("{} has {} keys that fit nowhere", use.file(), unmatched.size());
    }
    if (lora.modules(Component.UNET).findAny().isEmpty()
        && lora.modules(Component.TEXT_ENCODER).findAny().isEmpty()) {
      lora.close();
      throw new WeightsException(
          use.file(),
          "none of its keys belongs to a module of the model; it was made for another kind of model"
              + " or is no LoRA.");
    }
    return lora;
  }

  private WeightPatch patch(
      Component network,
      ModuleNames names,
      List<LoraUse> uses,
      ToDoubleFunction<LoraUse> weight,
      ComputeDevice device) {
    Map<String, List<ParameterChange>> changes = new HashMap<>();
    for (int i = 0; i < uses.size(); i++) {
      double amount = weight.applyAsDouble(uses.get(i));
      OpenLora lora = open.get(i);
      lora.modules(network)
          .flatMap(module -> changes(lora, network, module, names, amount).stream())
          .filter(change -> amount != 0)
          .forEach(
              change ->
                  changes.computeIfAbsent(change.parameter(), p -> new ArrayList<>()).add(change));
    }
    return changes.isEmpty() ? WeightPatch.NONE : new LoraPatch(device, changes);
  }

  private static List<ParameterChange> changes(
      OpenLora lora, Component network, LoraModule module, ModuleNames names, double weight) {
    List<ParameterChange> changes = new ArrayList<>();
    for (Decomposition decomposition : Decomposition.of(module)) {
      changes.add(
          ParameterChange.of(
              lora, network, module, ".weight", decomposition, names.shapes(), weight));
    }
    for (LoraPart part : List.of(LoraPart.DIFF_B, LoraPart.UP_BIAS)) {
      if (module.has(part)) {
        var whole = new WholeDifference(part, module.need(part).shape());
        changes.add(
            ParameterChange.of(lora, network, module, ".bias", whole, names.shapes(), weight));
      }
    }
    return changes;
  }

  /** What is added to the UNet. */
  public WeightPatch unet() {
    return unet;
  }

  /** What is added to the text encoder. */
  public WeightPatch textEncoder() {
    return textEncoder;
  }

  @Override
  public void close() {
    open.forEach(OpenLora::close);
    open.clear();
  }
}
