package dev.atelier.models.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CentredPartTest {
  @ParameterizedTest
  @CsvSource({
    "8, 8, 0, 0, 8",
    "8, 12, 0, 2, 8",
    "8, 13, 0, 2, 8",
    "12, 8, 2, 0, 8",
    // One more than is too long goes at either end.
    "13, 8, 3, 0, 7",
    "9, 8, 1, 0, 7",
    "256, 8, 124, 0, 8",
    "255, 8, 124, 0, 7",
  })
  void whatIsLongerLosesAsMuchAtBothEnds(long laid, long into, long from, long to, long length) {
    assertEquals(new CentredPart(from, to, length), CentredPart.of(laid, into));
  }
}
