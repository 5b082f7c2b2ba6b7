package dev.atelier.models.lora;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import dev.atelier.models.weights.Component;
import dev.atelier.models.weights.FileStamps;
import dev.atelier.models.weights.TensorInfo;
import dev.atelier.models.weights.WeightSource;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** A LoRA's file while a picture is made with it. */
final class OpenLora implements AutoCloseable {
  private final WeightSource source;
  private final FileStamps stamps;
  private final LoraKeys keys;
  private final AdapterConfig config;

  private OpenLora(WeightSource source, LoraKeys.Model model) {
    Path file = source.file();
    this.source = source;
    this.stamps = FileStamps.of(List.of(file, AdapterConfig.beside(file)));
    this.keys = LoraKeys.of(file, source.names(), model);
    this.config = AdapterConfig.of(source);
  }

  /**
   * Opens a file.
   *
   * @param model what it is to be used with
   * @throws dev.atelier.models.weights.WeightsException when it cannot be used
   */
  static OpenLora open(Path file, LoraKeys.Model model) {
    WeightSource source = WeightSource.open(file);
    try {
      return new OpenLora(source, model);
    } catch (RuntimeException e) {
      source.close();
      throw e;
    }
  }

  Path file() {
    return source.file();
  }

  /** Equal for files that nobody has changed. */
  FileStamps stamps() {
    return stamps;
  }

  /** Its modules of one network. */
  Stream<LoraModule> modules(Component network) {
    return keys.of(network).entrySet().stream()
        .map(module -> LoraModule.of(source, module.getKey(), module.getValue()));
  }

  /** Keys that have no effect. */
  List<String> unmatched() {
    return keys.unmatched();
  }

  /**
   * What the product of a module's factors is multiplied by: alpha / rank, and 1 where the file
   * gives no alpha.
   */
  double scale(Component network, LoraModule module, NDManager manager) {
    if (module.rank().isEmpty()) {
      return 1;
    }
    int rank = module.rank().getAsInt();
    TensorInfo alpha = module.parts().get(LoraPart.ALPHA);
    if (alpha == null) {
      return config.scale(network, module.name(), rank);
    }
    if (alpha.shape().size() != 1) {
      throw module.fault(
          "its key \"%s\" has the shape %s where alpha is one number."
              .formatted(alpha.name(), LoraModule.words(alpha.shape())));
    }
    try (NDArray number = source.read(manager, alpha.name(), DataType.FLOAT32)) {
      return number.toFloatArray()[0] / rank;
    }
  }

  /** A tensor in fp32 on the manager's device. */
  NDArray read(TensorInfo info, NDManager manager) {
    return source.read(manager, info.name(), DataType.FLOAT32);
  }

  @Override
  public void close() {
    source.close();
  }
}
