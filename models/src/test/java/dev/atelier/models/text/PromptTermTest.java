package dev.atelier.models.text;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PromptTermTest {
  /** Terms are written text@weight, separated by #. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      textBlock =
          """
          a fox                     ~ a fox@1.0
          a fox :1.5                ~ a fox :1.5@1.0
          a fox AND a dog           ~ a fox @1.0# a dog@1.0
          a fox :1.5 AND a dog      ~ a fox@1.5# a dog@1.0
          a fox: 2. AND a dog:-.5   ~ a fox@2.0# a dog@-0.5
          a 1:2:3 AND b             ~ a 1:2@3.0# b@1.0
          (a fox:1.2) AND b         ~ (a fox:1.2) @1.0# b@1.0
          a fox: red AND b          ~ a fox: red @1.0# b@1.0
          a AND b AND c             ~ a @1.0# b @1.0# c@1.0
          a ANDROID and a BAND      ~ a ANDROID and a BAND@1.0
          AND                       ~ @1.0#@1.0
          """)
  void andJoinsTerms(String prompt, String terms) {
    assertEquals(
        terms,
        PromptTerm.of(prompt).stream()
            .map(term -> term.text() + "@" + term.weight())
            .collect(Collectors.joining("#")));
  }

  @Test
  void weightsStayWithinBounds() {
    List<PromptTerm> terms = PromptTerm.of("a :" + "9".repeat(400) + " AND b");
    assertEquals(PromptWeights.MAX_WEIGHT, terms.get(0).weight());
  }
}
