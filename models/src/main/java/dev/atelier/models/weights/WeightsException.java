package dev.atelier.models.weights;

import java.nio.file.Path;

/** A model's file cannot be used; the message names the file and the fault in one sentence. */
public final class WeightsException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * @param file the file or folder at fault
   * @param fault what is wrong with it and what to do, a sentence that goes on after its name
   */
  public WeightsException(Path file, String fault) {
    super(name(file) + ": " + fault);
  }

  public WeightsException(Path file, String fault, Throwable cause) {
    super(name(file) + ": " + fault, cause);
  }

  /** A tensor is needed that a file does not have. */
  static WeightsException noTensor(Path file, String name) {
    return new WeightsException(
        file, "it has no tensor " + SafetensorsHeader.quote(name) + ", which is needed.");
  }

  /** With its folder, because a model has several files called {@code config.json}. */
  private static String name(Path file) {
    int parts = file.getNameCount();
    Path end = parts > 2 ? file.subpath(parts - 2, parts) : file;
    return end.toString().replace('\\', '/');
  }
}
