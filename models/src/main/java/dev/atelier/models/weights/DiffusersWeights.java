package dev.atelier.models.weights;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Finds a network's weight files in its diffusers folder. */
public final class DiffusersWeights {
  /** The full weights before their halves, what is mapped before what is unpickled. */
  private static final List<String> ENDINGS =
      List.of(".safetensors", ".fp16.safetensors", ".non_ema.safetensors");

  private static final List<String> PICKLED_ENDINGS = List.of(".bin", ".fp16.bin");

  private DiffusersWeights() {}

  /**
   * The files: one, or the parts that an {@code .index.json} lists.
   *
   * @throws WeightsException when there are none
   */
  public static List<Path> of(Path folder, Component component) {
    for (String ending : ENDINGS) {
      List<Path> files = of(folder, component.weights(), ending);
      if (!files.isEmpty()) {
        return files;
      }
    }
    for (String ending : PICKLED_ENDINGS) {
      List<Path> files = of(folder, component.pickledWeights(), ending);
      if (!files.isEmpty()) {
        return files;
      }
    }
    throw new WeightsException(
        folder,
        component.weights()
            + ".safetensors is missing; copy the model's folder again, with all its files.");
  }

  private static List<Path> of(Path folder, String name, String ending) {
    Path file = folder.resolve(name + ending);
    if (Files.isRegularFile(file)) {
      return List.of(file);
    }
    for (String index : indexes(name, ending)) {
      Path listed = folder.resolve(index);
      if (Files.isRegularFile(listed)) {
        return ShardIndex.files(listed);
      }
    }
    return List.of();
  }

  /** diffusers puts a variant before the format, transformers behind "index". */
  private static List<String> indexes(String name, String ending) {
    int variant = ending.lastIndexOf('.');
    return variant == 0
        ? List.of(name + ending + ".index.json")
        : List.of(
            name + ending + ".index.json",
            name + ending.substring(variant) + ".index" + ending.substring(0, variant) + ".json");
  }
}
