package dev.atelier.models.catalog;

import dev.atelier.models.weights.DiffusersFolder;
import dev.atelier.models.weights.DiffusersFolder.Component;
import dev.atelier.models.weights.SafetensorsFile;
import dev.atelier.models.weights.WeightSource;
import dev.atelier.models.weights.WeightsException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Says of one model what it is and what is wrong with it, from configurations and headers only. */
final class ModelInspection {
  private ModelInspection() {}

  static boolean isDiffusersFolder(Path folder) {
    return DiffusersFolder.isAt(folder);
  }

  static ModelEntry ofDiffusersFolder(String id, ModelKind kind, Path path) {
    long bytes = 0;
    int defaultSize = 0;
    Optional<String> problem = Optional.empty();
    try {
      DiffusersFolder folder = DiffusersFolder.open(path);
      defaultSize = folder.defaultSize();
      for (Component component : Component.values()) {
        bytes += folder.bytes(component);
        checkHeader(folder.open(component));
      }
      folder.checkTokenizer();
    } catch (WeightsException e) {
      problem = Optional.of(e.getMessage());
    }
    return new ModelEntry(id, name(id), kind, path, bytes, defaultSize, problem);
  }

  static ModelEntry ofFile(String id, ModelKind kind, Path path) throws IOException {
    Optional<String> problem = Optional.empty();
    try {
      checkHeader(SafetensorsFile.open(path));
      if (kind == ModelKind.CHECKPOINT) {
        problem =
            Optional.of(
                path.getFileName()
                    + " is a single-file checkpoint; only diffusers folders can be used so far.");
      }
    } catch (WeightsException e) {
      problem = Optional.of(e.getMessage());
    }
    return new ModelEntry(id, name(id), kind, path, Files.size(path), 0, problem);
  }

  /** What people call a model: the last part of its id. */
  static String name(String id) {
    return id.substring(id.lastIndexOf('/') + 1);
  }

  /** Opening a source checks its header. */
  private static void checkHeader(WeightSource source) {
    source.close();
  }
}
