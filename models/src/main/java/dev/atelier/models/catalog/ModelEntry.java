package dev.atelier.models.catalog;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * One model on disk.
 *
 * @param id stable id: the path below its model folder, {@code /}-separated, without the ending of
 *     a single file, its first part {@link ModelKind#folder}; unique in the catalog
 * @param name what people call it: the last part of the id
 * @param kind what it is
 * @param path the file or the diffusers folder, absolute
 * @param bytes size of its weight files
 * @param weights the files of its weights, in the order in which they are hashed: the UNet's for a
 *     diffusers folder, which has no hash that others know
 * @param defaultSize pixels of the square pictures it was trained on, e.g. 512; 0 when not known
 * @param inpainting whether it is a checkpoint that fills in a masked part of a picture
 * @param notes what is worth knowing of it, each one sentence
 * @param problem why it cannot be used, in one sentence; empty when nothing is wrong with it
 */
public record ModelEntry(
    String id,
    String name,
    ModelKind kind,
    Path path,
    long bytes,
    List<Path> weights,
    int defaultSize,
    boolean inpainting,
    List<String> notes,
    Optional<String> problem) {

  /** Keeps copies. */
  public ModelEntry {
    weights = List.copyOf(weights);
    notes = List.copyOf(notes);
  }

  /** Whether pictures can be made with it. */
  public boolean usable() {
    return problem.isEmpty();
  }

  /** The name of its file without the ending, or that of its folder. */
  public String stem() {
    String fileName = path.getFileName().toString();
    return kind.stem(fileName).orElse(fileName);
  }

  /** The same model known by another id. */
  ModelEntry withId(String other) {
    return new ModelEntry(
        other,
        ModelInspection.name(other),
        kind,
        path,
        bytes,
        weights,
        defaultSize,
        inpainting,
        notes,
        problem);
  }
}
