package dev.atelier.server.outbound;

import io.vertx.core.http.HttpClientResponse;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.OptionalLong;

/** The header {@code Retry-After} of an answer: seconds or a date (RFC 9110, 10.2.3). */
public final class RetryAfter {
  private RetryAfter() {}

  /** How many seconds a server asks to wait; empty when it does not say. */
  public static OptionalLong seconds(HttpClientResponse response) {
    String text = response.getHeader("Retry-After");
    return text == null ? OptionalLong.empty() : seconds(text, Instant.now());
  }

  static OptionalLong seconds(String text, Instant now) {
    if (text.matches("\\d{1,9}")) {
      return OptionalLong.of(Long.parseLong(text));
    }
    try {
      Instant then = ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
      return OptionalLong.of(Math.max(0, Duration.between(now, then).toSeconds()));
    } catch (DateTimeParseException e) {
      return OptionalLong.empty();
    }
  }
}
