package dev.atelier.models.catalog;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
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

  private static final String ENDING = ".safetensors";

  private final Path root;
  private final Path realRoot;
  private final Set<Path> visited = new HashSet<>();
  private final List<ModelEntry> found = new ArrayList<>();

  private FolderScan(Path root) throws IOException {
    this.root = root;
    this.realRoot = root.toRealPath();
  }

  /**
   * The models of a model folder.
   *
   * @throws IOException when the folder cannot be read
   */
  static List<ModelEntry> modelsIn(Path root) throws IOException {
    FolderScan scan = new FolderScan(root);
    for (ModelKind kind : ModelKind.values()) {
      Path folder = root.resolve(kind.folder());
      if (Files.isDirectory(folder) && scan.isVisible(folder)) {
        scan.walk(folder, kind, MAX_DEPTH);
      }
    }
    return scan.found;
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
      if (ModelInspection.isDiffusersFolder(child)) {
        found.add(ModelInspection.ofDiffusersFolder(id(child, name), kind, child));
      } else {
        walk(child, kind, depth - 1);
      }
    } else if (name.toLowerCase(Locale.ROOT).endsWith(ENDING) && Files.isRegularFile(child)) {
      String stem = name.substring(0, name.length() - ENDING.length());
      found.add(ModelInspection.ofFile(id(child, stem), kind, child));
    }
  }

  private boolean isVisible(Path path) throws IOException {
    return !path.getFileName().toString().startsWith(".")
        && !Files.isHidden(path)
        && path.toRealPath().startsWith(realRoot);
  }

  private String id(Path path, String lastName) {
    StringBuilder id = new StringBuilder();
    for (Path part : root.relativize(path.getParent())) {
      id.append(part).append('/');
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
