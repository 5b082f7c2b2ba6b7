package dev.atelier.models.text;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.atelier.models.text.PromptPart.Break;
import dev.atelier.models.text.PromptPart.Words;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PromptWeightsTest {
  /** Parts are written text@weight, separated by #. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          a red fox                  | a red fox@1
          a (red) fox                | a @1#red@1.1# fox@1
          a (red:1.3) fox            | a @1#red@1.3# fox@1
          a [red] fox                | a @1#red@0.9091# fox@1
          a ((red)) fox              | a @1#red@1.21# fox@1
          ((red:2) fox:1.5)          | red@3# fox@1.5
          (red: 1.3 ) fox            | red@1.3# fox@1
          (red:-1) fox               | red@-1# fox@1
          (red:+.5) fox              | red@0.5# fox@1
          (red:0) fox                | red@0# fox@1
          ([red])                    | red@1
          (red)(fox)                 | redfox@1.1
          (red                       | red@1.1
          ((red                      | red@1.21
          [red                       | red@0.9091
          red) fox                   | red) fox@1
          red] fox                   | red] fox@1
          red:1.2) fox               | red:1.2) fox@1
          (red:1.2                   | red:1.2@1.1
          red: a fox                 | red: a fox@1
          (red:wild) fox             | red:wild@1.1# fox@1
          (red:1.2.3) fox            | red:1.2.3@1.1# fox@1
          [red:1.2]                  | red:1.2@0.9091
          \\(red\\)                  | (red)@1
          \\[red\\] \\\\             | [red] \\@1
          (\\(red\\):1.2)            | (red)@1.2
          a\\b                       | ab@1
          red\\                      | red@1
          ()                         | @1
          """)
  void bracketsAreWeights(String prompt, String parts) {
    assertEquals(parts, written(PromptWeights.parse(prompt.strip())));
  }

  private static String written(List<PromptPart> parts) {
    return parts.stream()
        .map(
            part ->
                part instanceof Words words
                    ? words.text() + "@" + rounded(words.weight())
                    : "BREAK")
        .collect(Collectors.joining("#"));
  }

  private static String rounded(double weight) {
    return String.format(Locale.ROOT, "%.4f", weight).replaceFirst("\\.?0+$", "");
  }

  @Test
  void theEmptyTextIsOneEmptyPart() {
    assertEquals(List.of(new Words("", 1)), PromptWeights.parse(""));
  }

  @Test
  void breakTakesTheSpaceAroundItAlong() {
    assertEquals("a fox@1#BREAK#a dog@1", written(PromptWeights.parse("a fox  BREAK\na dog")));
    assertEquals("@1#BREAK#@1#BREAK#@1", written(PromptWeights.parse("BREAK BREAK")));
  }

  @Test
  void breakWithinAWordIsPartOfIt() {
    assertEquals("a BREAKFAST@1", written(PromptWeights.parse("a BREAKFAST")));
    assertEquals("break@1", written(PromptWeights.parse("break")));
  }

  @Test
  void breakBetweenBracketsIsABreak() {
    assertEquals(
        List.of(new Words("fox", 1.1), new Break(), new Words("dog", 1.1)),
        PromptWeights.parse("(fox BREAK dog)"));
  }

  @Test
  void bracketsThousandsDeepAreRead() {
    List<PromptPart> parts = PromptWeights.parse("(a".repeat(3_000));
    assertEquals(new Words("a", 1.1), parts.get(0));
    Words last = (Words) parts.get(parts.size() - 1);
    assertEquals(PromptWeights.MAX_WEIGHT, last.weight());
  }

  @Test
  void productsStayWithinBounds() {
    String digits = "9".repeat(400);
    Words words = (Words) PromptWeights.parse("((fox:" + digits + "):-" + digits + ")").get(0);
    assertEquals(new Words("fox", -PromptWeights.MAX_WEIGHT), words);
  }
}
