package dev.atelier.server.downloads;

import dev.atelier.models.catalog.ModelCatalog;
import dev.atelier.models.catalog.ModelEntry;
import dev.atelier.models.catalog.ModelKind;
import dev.atelier.models.weights.Content;
import dev.atelier.models.weights.WeightsException;
import dev.atelier.server.hub.DownloadPlan;
import dev.atelier.server.hub.PlannedFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.Locale;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * The folder that models are downloaded to, a model folder that is Atelier's own. What is on its
 * way lies in {@code .parts}, what was removed in {@code .trash}: on the same disk, so that a model
 * comes and goes in one move, and hidden, so that no look into the folder finds it. Blocks on the
 * disk.
 *
 * @param root the folder; made when there is something to put into it
 */
public record DownloadFolder(Path root) {
  /** Absolute, as the catalog names it. */
  public DownloadFolder {
    root = root.toAbsolutePath().normalize();
  }

  /** Where the files of a download are put together. */
  private Path staging(UUID id) {
    return root.resolve(".parts").resolve(id.toString());
  }

  /** One file of a download on its way. */
  PartFile part(UUID id, PlannedFile file) {
    return new PartFile(staging(id).resolve(file.path()));
  }

  /** Bytes that have come of a download. */
  long bytes(UUID id, DownloadPlan plan) {
    return plan.files().stream().mapToLong(file -> part(id, file).bytes()).sum();
  }

  /** Bytes that its disk has room for. */
  public long freeBytes() throws IOException {
    Path existing = root;
    while (!Files.exists(existing)) {
      existing = existing.getParent();
    }
    return Files.getFileStore(existing).getUsableSpace();
  }

  /**
   * Looks at a model that has come as the catalog would, and finds its place.
   *
   * @return where it goes; nothing is there yet
   * @throws DownloadFailedException saying what is wrong with it
   */
  Path placeFor(UUID id, DownloadPlan plan) throws IOException {
    Path arrived = plan.folder() ? staging(id) : staging(id).resolve(plan.files().get(0).path());
    ModelKind kind = plan.kind();
    try {
      kind = plan.folder() ? kind : kindOf(arrived, kind);
      ModelEntry entry = ModelCatalog.look(kind, arrived);
      if (entry.problem().isPresent()) {
        throw new DownloadFailedException(entry.problem().get(), true);
      }
    } catch (WeightsException e) {
      throw new DownloadFailedException(e.getMessage(), true);
    }
    String name = plan.folder() ? plan.name() : plan.files().get(0).path();
    if (!plan.folder() && !kind.accepts(name)) {
      throw new DownloadFailedException(
          "%s is a file that no %s comes in; look for one that ends in .safetensors."
              .formatted(name, kind.name().toLowerCase(Locale.ROOT)),
          true);
    }
    return free(root.resolve(kind.folder()).resolve(name));
  }

  /** What is in a file says what it is; what it was called says it where nothing else does. */
  private static ModelKind kindOf(Path file, ModelKind planned) {
    return switch (Content.of(file)) {
      case CHECKPOINT -> ModelKind.CHECKPOINT;
      case VAE -> ModelKind.VAE;
      case LORA -> ModelKind.LORA;
      case CONTROLNET -> ModelKind.CONTROLNET;
      case EMBEDDING -> ModelKind.EMBEDDING;
      case UNKNOWN -> planned;
    };
  }

  /** That path, or one with a number where it is taken. */
  private static Path free(Path wanted) {
    String name = wanted.getFileName().toString();
    int dot = name.lastIndexOf('.') > 0 ? name.lastIndexOf('.') : name.length();
    Path path = wanted;
    for (int number = 2; Files.exists(path); number++) {
      path = wanted.resolveSibling(name.substring(0, dot) + "-" + number + name.substring(dot));
    }
    return path;
  }

  /** Moves a model to its place, whole. */
  void bringIn(UUID id, DownloadPlan plan, Path place) throws IOException {
    Files.createDirectories(place.getParent());
    Path arrived = plan.folder() ? staging(id) : staging(id).resolve(plan.files().get(0).path());
    Files.move(arrived, place, StandardCopyOption.ATOMIC_MOVE);
    drop(id);
  }

  /** Whether files of a download are still on their way. */
  boolean isUnderWay(UUID id) {
    return Files.exists(staging(id));
  }

  /** Forgets what has come of a download. */
  void drop(UUID id) throws IOException {
    delete(staging(id));
  }

  /**
   * Moves a model out of sight, into {@code .trash}.
   *
   * @throws IOException when it cannot be moved; it is where it was then
   */
  void trash(UUID id, Path model) throws IOException {
    if (!model.startsWith(root) || model.equals(root)) {
      throw new IOException(model + " is not in " + root);
    }
    Path to = root.resolve(".trash").resolve(id.toString()).resolve(model.getFileName());
    Files.createDirectories(to.getParent());
    Files.move(model, to, StandardCopyOption.ATOMIC_MOVE);
  }

  private static void delete(Path path) throws IOException {
    if (!Files.exists(path)) {
      return;
    }
    try (Stream<Path> files = Files.walk(path)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
