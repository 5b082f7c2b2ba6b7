package dev.atelier.models.catalog;

import dev.atelier.models.lora.LoraSummaries;
import dev.atelier.models.weights.DiffusersFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds the models below one folder. A diffusers folder is one model and is not looked into. Hidden
 * files are left out, and so are links that lead out of the folder: nobody pointed at what is
 * there.
 */
final class FolderScan {
  private static final Logger log = LoggerFactory.getLogger(FolderScan.class);

  /** Folders within folders below the one of a kind; collections are sorted into two or three. */
  private static final int MAX_DEPTH = 8;

  /** Where AUTOMATIC1111, Forge and ComfyUI keep their models, below their own folder. */
  static final String PROGRAM_MODELS = "models";

  private final Path realRoot;
  private final LoraSummaries loras;
  private final Set<Path> visited = new HashSet<>();
  private final List<ModelEntry> found = new ArrayList<>();

  /** The folder of the kind that is being walked. */
  private Path kindFolder;

  private FolderScan(Path root, LoraSummaries loras) throws IOException {
    this.realRoot = root.toRealPath();
    this.loras = loras;
  }

  /**
   * The models of a model folder.
   *
   * @param loras what files of LoRAs are known to say
   * @throws IOException when the folder cannot be read
   */
  static List<ModelEntry> modelsIn(Path root, LoraSummaries loras) throws IOException {
    FolderScan scan = new FolderScan(root, loras);
    for (ModelKind kind : ModelKind.values()) {
      for (Path folder : places(root, kind)) {
        if (Files.isDirectory(folder) && scan.isVisible(folder)) {
          scan.kindFolder = folder;
          scan.walk(folder, kind, MAX_DEPTH);
        }
      }
    }
    return scan.found;
  }

  /** Where the models of a kind are looked for in a model folder, whether it is there or not. */
  private static List<Path> places(Path root, ModelKind kind) {
    return Stream.of(root, root.resolve(PROGRAM_MODELS))
        .flatMap(parent -> kind.folders().stream().map(parent::resolve))
        .toList();
  }

  /** Every place that is looked through for a folder: the folder itself where it is one model. */
  static List<Path> places(Path root) {
    return DiffusersFolder.isAt(root)
        ? List.of(root)
        : Stream.of(ModelKind.values()).flatMap(kind -> places(root, kind).stream()).toList();
  }

  private void walk(Path folder, ModelKind kind, int depth) throws IOException {
    // Links within the folder can lead in circles.
    if (depth == 0 || !visited.add(folder.toRealPath())) {
      return;
    }
    for (Path child : children(folder)) {
      try {
        visit(child, kind, depth);
      } catch (IOException e) {
        // One folder without permission, or a file deleted meanwhile, must not hide the others.
        log.warn("{} is left out of the model catalog", child, e);
      }
    }
  }

  private void visit(Path child, ModelKind kind, int depth) throws IOException {
    if (!isVisible(child)) {
      return;
    }
    String name = child.getFileName().toString();
    if (Files.isDirectory(child)) {
      if (isModel(child, kind)) {
        found.add(ModelInspection.of(id(child, kind, name), kind, child, loras));
      } else {
        walk(child, kind, depth - 1);
      }
    } else if (Files.isRegularFile(child)) {
      ModelKind actual = isVaeBeside(name, kind) ? ModelKind.VAE : kind;
      Optional<String> stem = actual.stem(name);
      if (stem.isPresent()) {
        found.add(ModelInspection.of(id(child, actual, stem.get()), actual, child, loras));
      }
    }
  }

  /** Whether a folder is one model: a pipeline's, or one network's beside its configuration. */
  private static boolean isModel(Path folder, ModelKind kind) {
    return DiffusersFolder.isAt(folder)
        || ((kind == ModelKind.VAE || kind == ModelKind.CONTROLNET)
            && Files.isRegularFile(folder.resolve("config.json")));
  }

  /** AUTOMATIC1111 lets a checkpoint's VAE lie beside it: {@code photo.vae.pt}. */
  private static boolean isVaeBeside(String name, ModelKind kind) {
    return kind == ModelKind.CHECKPOINT
        && ModelKind.VAE
            .stem(name)
            .filter(stem -> stem.toLowerCase(Locale.ROOT).endsWith(".vae"))
            .isPresent();
  }

  private boolean isVisible(Path path) throws IOException {
    return !path.getFileName().toString().startsWith(".")
        && !Files.isHidden(path)
        && path.toRealPath().startsWith(realRoot);
  }

  /** Begins with the kind, whatever the program calls its folder. */
  private String id(Path path, ModelKind kind, String lastName) {
    StringBuilder id = new StringBuilder(kind.folder()).append('/');
    if (!path.getParent().equals(kindFolder)) {
      for (Path part : kindFolder.relativize(path.getParent())) {
        id.append(part).append('/');
      }
    }
    return id.append(lastName).toString();
  }

  /** In an order that does not depend on the file system, so that ids are stable. */
  private static List<Path> children(Path folder) throws IOException {
    try (Stream<Path> children = Files.list(folder)) {
      return children
          .sorted(
              Comparator.comparing(
                      (Path path) -> path.getFileName().toString(), String.CASE_INSENSITIVE_ORDER)
                  .thenComparing(Comparator.naturalOrder()))
          .toList();
    }
  }
}
