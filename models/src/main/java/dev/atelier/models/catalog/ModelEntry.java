package dev.atelier.models.catalog;

import java.nio.file.Path;
import java.util.Optional;

/**
 * One model on disk.
 *
 * @param id stable id: the path below its model folder, {@code /}-separated, without the ending of
 *     a single file; unique in the catalog
 * @param name what people call it: the last part of the id
 * @param kind what it is
 * @param path the file or the diffusers folder, absolute
 * @param bytes size of its weight files
 * @param defaultSize pixels of the square pictures it was trained on, e.g. 512; 0 when not known
 * @param problem why it cannot be used, in one sentence; empty when nothing is wrong with it
 */
public record ModelEntry(
    String id,
    String name,
    ModelKind kind,
    Path path,
    long bytes,
    int defaultSize,
    Optional<String> problem) {

  /** Whether pictures can be made with it. */
  public boolean usable() {
    return problem.isEmpty();
  }

  /** The same model known by another id. */
  ModelEntry withId(String other) {
    return new ModelEntry(
        other, ModelInspection.name(other), kind, path, bytes, defaultSize, problem);
  }
}
