package dev.atelier.models.text;

import java.util.List;

/**
 * What the text encoder sees of a prompt at once.
 *
 * @param ids {@value ClipTokenizer#LENGTH} token ids: start, up to {@value
 *     ClipTokenizer#MAX_TOKENS} tokens, end, padding; any id where an embedding stands
 * @param weights for each id what its hidden state is multiplied with
 * @param placed the embeddings in it
 */
record PromptChunk(List<Long> ids, List<Double> weights, List<Placed> placed) {
  /**
   * An embedding and where it stands.
   *
   * @param at place of its first vector among the chunk's ids
   * @param embedding its vectors take as many places
   */
  record Placed(int at, Embedding embedding) {}

  /** Keeps copies. */
  PromptChunk {
    ids = List.copyOf(ids);
    weights = List.copyOf(weights);
    placed = List.copyOf(placed);
  }

  /** Whether any weight is another than 1. */
  boolean weighted() {
    return weights.stream().anyMatch(weight -> weight != 1);
  }
}
