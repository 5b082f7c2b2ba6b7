package dev.atelier.models.text;

import java.util.Comparator;

/**
 * How long a prompt is.
 *
 * @param tokens its tokens, the most that it has at any step
 * @param room how many it may have before it needs one chunk more, a multiple of {@value
 *     ClipTokenizer#MAX_TOKENS}
 */
public record PromptLength(int tokens, int room) {
  /**
   * Measures a prompt whose terms may be joined by {@code AND}, as AUTOMATIC1111's token counter
   * does ({@code update_token_counter} in its {@code modules/ui.py}).
   *
   * @param steps sampling steps
   * @throws dev.atelier.models.weights.WeightsException when an embedding that it names cannot be
   *     used
   */
  public static PromptLength of(
      String prompt, int steps, ClipTokenizer tokenizer, Embeddings embeddings) {
    return PromptTerm.of(prompt).stream()
        .flatMap(term -> PromptSchedule.of(term.text(), steps).spans().stream())
        .map(PromptSchedule.Span::text)
        .distinct()
        .map(text -> of(PromptChunks.tokens(text, tokenizer, embeddings)))
        .max(Comparator.comparing(PromptLength::tokens))
        .orElseThrow();
  }

  private static PromptLength of(int tokens) {
    int chunks = Math.max(1, (tokens - 1) / ClipTokenizer.MAX_TOKENS + 1);
    return new PromptLength(tokens, chunks * ClipTokenizer.MAX_TOKENS);
  }
}
