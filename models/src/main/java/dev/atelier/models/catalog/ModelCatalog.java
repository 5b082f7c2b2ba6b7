package dev.atelier.models.catalog;

import dev.atelier.models.lora.LoraSummaries;
import dev.atelier.models.lora.LoraSummary;
import dev.atelier.models.weights.DiffusersFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is in the model folders. Immutable: {@link #scan(List)} again to see what changed. Safe to
 * share between threads.
 */
public final class ModelCatalog {
  private static final Logger log = LoggerFactory.getLogger(ModelCatalog.class);

  private static final String WHAT_TO_PUT_THERE =
      "put Stable Diffusion 1.5 checkpoints, single files or diffusers folders, into its sub-folder"
          + " checkpoints.";

  private final List<ModelFolder> folders;
  private final List<ModelEntry> entries;

  private final LoraSummaries loras;

  private ModelCatalog(List<ModelFolder> folders, List<ModelEntry> entries, LoraSummaries loras) {
    this.folders = List.copyOf(folders);
    this.entries = List.copyOf(entries);
    this.loras = loras;
  }

  /**
   * Reads the folders, in order; where an id is found twice the first one has it and the later one
   * gets a number. A folder is a model folder ({@code checkpoints/}, {@code loras/}, …), one that
   * AUTOMATIC1111, Forge or ComfyUI keep their models in, or itself one diffusers folder. Blocks on
   * the disk.
   */
  public static ModelCatalog scan(List<Path> folders) {
    return scan(folders, new LoraSummaries());
  }

  /**
   * Reads the folders as {@link #scan(List)} does, but not into LoRAs that have not changed.
   *
   * @param loras what files of LoRAs said in the scans before; afterwards, what those that are
   *     there say
   */
  public static ModelCatalog scan(List<Path> folders, LoraSummaries loras) {
    List<ModelFolder> scanned = new ArrayList<>();
    Map<String, ModelEntry> entries = new LinkedHashMap<>();
    for (Path folder : folders) {
      Path path = folder.toAbsolutePath().normalize();
      Optional<FolderLayout> layout = Optional.empty();
      List<ModelEntry> found = List.of();
      Optional<String> problem = Optional.empty();
      try {
        found = modelsOf(path, loras);
        layout = FolderLayout.of(path);
        found.forEach(entry -> add(entry, entries));
        if (found.isEmpty()) {
          problem = Optional.of(path + " holds no models; " + WHAT_TO_PUT_THERE);
        }
      } catch (NoSuchFileException e) {
        problem =
            Optional.of(
                path + " is not there; connect its disk, or create it and " + WHAT_TO_PUT_THERE);
      } catch (NotDirectoryException e) {
        problem = Optional.of(path + " is not a folder; create it and " + WHAT_TO_PUT_THERE);
      } catch (IOException e) {
        log.warn("{} cannot be read", path, e);
        problem = Optional.of(path + " cannot be read; check who may open it.");
      }
      scanned.add(new ModelFolder(path, layout, found.size(), problem));
    }
    ModelCatalog catalog = new ModelCatalog(scanned, List.copyOf(entries.values()), loras);
    loras.retain(
        catalog.entries(ModelKind.LORA).stream().map(ModelEntry::path).collect(Collectors.toSet()));
    return catalog;
  }

  /**
   * Looks at one model, wherever it lies, as a scan would.
   *
   * @param kind what it is taken for
   * @param path its file or folder
   * @return the entry, under the name of the file; its {@link ModelEntry#problem} says why it
   *     cannot be used
   * @throws IOException when it cannot be read at all
   */
  public static ModelEntry look(ModelKind kind, Path path) throws IOException {
    String file = String.valueOf(path.getFileName());
    return ModelInspection.of(kind.stem(file).orElse(file), kind, path, new LoraSummaries());
  }

  /** A catalog of one model. */
  public static ModelCatalog of(ModelEntry entry) {
    return new ModelCatalog(List.of(), List.of(entry), new LoraSummaries());
  }

  /**
   * Whether models would be found twice if both were model folders: one lies where the other is
   * looked through. Blocks on the disk.
   *
   * @param one a folder, as {@link Path#toRealPath} gives it where it is there
   * @param other likewise
   */
  public static boolean overlap(Path one, Path other) {
    List<Path> places = FolderScan.places(one);
    return FolderScan.places(other).stream()
        .anyMatch(
            place ->
                places.stream().anyMatch(own -> own.startsWith(place) || place.startsWith(own)));
  }

  private static List<ModelEntry> modelsOf(Path folder, LoraSummaries loras) throws IOException {
    if (Files.exists(folder) && !Files.isDirectory(folder)) {
      throw new NotDirectoryException(folder.toString());
    }
    if (DiffusersFolder.isAt(folder)) {
      String id = String.valueOf(folder.getFileName());
      return List.of(ModelInspection.of(id, ModelKind.CHECKPOINT, folder, loras));
    }
    return FolderScan.modelsIn(folder, loras);
  }

  /** Adds an entry under its id, or under that id with the first number that is free. */
  private static void add(ModelEntry entry, Map<String, ModelEntry> entries) {
    String id = entry.id();
    for (int number = 2; entries.containsKey(id); number++) {
      id = entry.id() + "-" + number;
    }
    entries.put(id, entry.withId(id));
  }

  public List<ModelFolder> folders() {
    return folders;
  }

  public List<ModelEntry> entries() {
    return entries;
  }

  public List<ModelEntry> entries(ModelKind kind) {
    return entries.stream().filter(e -> e.kind() == kind).toList();
  }

  /**
   * What the file of a LoRA says now. Blocks on the disk, and reads in it where it has changed
   * since the scan.
   *
   * @param entry one of {@link ModelKind#LORA}
   */
  public LoraSummary lora(ModelEntry entry) {
    return loras.of(entry.path());
  }

  /** The checkpoint of that id. */
  public Optional<ModelEntry> checkpoint(String id) {
    return entries(ModelKind.CHECKPOINT).stream().filter(e -> e.id().equals(id)).findFirst();
  }
}
