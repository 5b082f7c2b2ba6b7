package dev.atelier.models.pipeline;

/** The observer asked to stop; everything held for the picture has been given back. */
public final class GenerationCancelledException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public GenerationCancelledException() {
    super("The picture was cancelled.");
  }

  /** Ends the work when the observer says so. */
  static void throwIfAsked(GenerationObserver observer) {
    if (observer.cancelled()) {
      throw new GenerationCancelledException();
    }
  }
}
