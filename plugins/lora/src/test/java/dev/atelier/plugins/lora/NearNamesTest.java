package dev.atelier.plugins.lora;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class NearNamesTest {
  private static final List<String> NAMES =
      List.of("watercolor", "ink-drawing-v2", "ink", "oil", "add_detail", "more_details");

  @Test
  void misspeltAndHalfNamesAreFound() {
    assertEquals(List.of("watercolor"), NearNames.of("Watercolour", NAMES));
    assertEquals(List.of("ink"), NearNames.of("inl", NAMES));
    assertEquals(List.of("ink-drawing-v2"), NearNames.of("drawing", NAMES));
    assertEquals(List.of("add_detail", "more_details"), NearNames.of("detail", NAMES));
  }

  @Test
  void whatIsLikeNothingFindsNothing() {
    assertEquals(List.of(), NearNames.of("portrait of a knight", NAMES));
  }
}
