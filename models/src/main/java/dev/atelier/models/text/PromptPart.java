package dev.atelier.models.text;

/** A piece of a prompt, as {@link PromptWeights} reads it. */
sealed interface PromptPart {
  /** The same with its weight multiplied. */
  PromptPart times(double factor);

  /**
   * Words that are equally important.
   *
   * @param text without brackets and backslashes that mean something
   * @param weight what their hidden states are multiplied with, 1 for nothing
   */
  record Words(String text, double weight) implements PromptPart {
    @Override
    public Words times(double factor) {
      double product = weight * factor;
      double limit = PromptWeights.MAX_WEIGHT;
      return new Words(text, Math.max(-limit, Math.min(limit, product)));
    }
  }

  /** {@code BREAK}: what follows begins a chunk. */
  record Break() implements PromptPart {
    @Override
    public Break times(double factor) {
      return this;
    }
  }
}
