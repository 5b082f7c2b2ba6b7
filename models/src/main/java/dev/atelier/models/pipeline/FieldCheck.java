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
    check(
        pixels >= ImageRequest.MIN_SIZE && pixels <= ImageRequest.MAX_SIZE && pixels % 8 == 0,
        field,
        "The %s must be a multiple of 8 between %d and %d pixels, not %d.",
        field,
        ImageRequest.MIN_SIZE,
        ImageRequest.MAX_SIZE,
        pixels);
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
