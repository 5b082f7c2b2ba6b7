package dev.atelier.server.outbound;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Instant;
import java.util.OptionalLong;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RetryAfterTest {
  private static final Instant NOW = Instant.parse("1999-12-31T23:59:00Z");

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          30                            | 30
          0                             | 0
          Fri, 31 Dec 1999 23:59:59 GMT | 59
          Thu, 30 Dec 1999 23:59:59 GMT | 0
          -1                            |
          12345678901                   |
          soon                          |
          """)
  void isSecondsOrADate(String text, Long seconds) {
    assertEquals(
        seconds == null ? OptionalLong.empty() : OptionalLong.of(seconds),
        RetryAfter.seconds(text, NOW));
  }
}
