package dev.atelier.models.text;

/** A piece of a prompt, as {@link PromptWeights} reads it. */
sealed interface PromptPart {
  /**
   * Words that are equally important.
   *
   * @param text without brackets and backslashes that mean something
   * @param weight what their hidden states are multiplied with, 1 for nothing
   */
  record Words(String text, double weight) implements PromptPart {}

  /** {@code BREAK}: what follows begins a chunk. */
  record Break() implements PromptPart {}
}
