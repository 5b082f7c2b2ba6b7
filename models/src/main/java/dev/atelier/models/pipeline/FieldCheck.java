package dev.atelier.models.pipeline;

import java.util.Locale;
import java.util.Objects;

/** What the fields of an {@link ImageRequest} are held to. */
final class FieldCheck {
  private FieldCheck() {}

  static void prompt(String field, String text) {
    Objects.requireNonNull(text, field);
    check(
        text.length() <= ImageRequest.MAX_PROMPT_LENGTH,
        field,
        "A prompt may have %d characters at most, this one has %d.",
        ImageRequest.MAX_PROMPT_LENGTH,
        text.length());
  }

  static void size(String field, int pixels) {
    size(field, field, pixels);
  }

  static void size(String field, String words, int pixels) {
    check(
        pixels >= ImageRequest.MIN_SIZE && pixels <= ImageRequest.MAX_SIZE && pixels % 8 == 0,
        field,
        "The %s must be a multiple of 8 between %d and %d pixels, not %d.",
        words,
        ImageRequest.MIN_SIZE,
        ImageRequest.MAX_SIZE,
        pixels);
  }

  static void range(String field, String words, long least, long most, long value) {
    check(
        value >= least && value <= most,
        field,
        "%s must be between %d and %d, not %d.",
        words,
        least,
        most,
        value);
  }

  static void range(String field, String words, double least, double most, double value) {
    check(
        value >= least && value <= most,
        field,
        "%s must be between %.0f and %.0f, not %s.",
        words,
        least,
        most,
        value);
  }

  static void strength(String field, double strength) {
    range(field, "The strength", 0, 1, strength);
  }

  /**
   * Lets a field pass that is as it should be.
   *
   * @param message for {@link String#format}, one sentence that says what the field may be
   * @throws InvalidRequestException when it does not hold
   */
  static void check(boolean holds, String field, String message, Object... values) {
    if (!holds) {
      throw new InvalidRequestException(field, String.format(Locale.ROOT, message, values));
    }
  }
}
