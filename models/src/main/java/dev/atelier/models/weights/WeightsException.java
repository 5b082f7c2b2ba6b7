package dev.atelier.models.weights;

import java.nio.file.Path;

/** A model's file cannot be used; the message names the file and the fault in one sentence. */
public final class WeightsException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public WeightsException(Path file, String fault) {
    super(file.getFileName() + ": " + fault);
  }

  public WeightsException(Path file, String fault, Throwable cause) {
    super(file.getFileName() + ": " + fault, cause);
  }
}
