package dev.atelier.models.text;

/** A prompt names an embedding that was trained for another kind of text encoder. */
public final class EmbeddingWidthException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  /**
   * @param embedding the embedding
   * @param width what the text encoder takes
   */
  EmbeddingWidthException(Embedding embedding, int width) {
    super(
        "The embedding “%s” has vectors of %d numbers, but this model's text encoder takes %d; take it"
                .formatted(embedding.name(), embedding.width(), width)
            + " out of the prompt or choose a model that it was trained for.");
  }
}
