package dev.atelier.models.pipeline;

import dev.atelier.models.weights.FileStamps;
import dev.atelier.models.weights.WeightSource;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;

/**
 * What one part of a checkpoint is loaded from.
 *
 * @param model what people know the model by that it belongs to
 * @param part which part it is, e.g. {@code unet}
 * @param settings what else makes it what it is: its configuration
 * @param extra digest of more files that belong to it, asked for when its weights are those of
 *     another part
 * @param files the files of its weights
 * @param weights opens them under canonical names
 */
record PartSource(
    String model,
    String part,
    Object settings,
    Supplier<String> extra,
    List<Path> files,
    Supplier<WeightSource> weights) {

  /** Its files as they are now. */
  FileStamps stamps() {
    return FileStamps.of(files);
  }
}
