package dev.atelier.models.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.atelier.models.text.PromptSchedule.Span;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Spans at five steps; checked against A1111's grammar, run by the parser that it uses. */
class PromptScheduleTest {
  private static final int STEPS = 5;

  /** Spans are written end=text, separated by #. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '"',
      textBlock =
          """
          a fox                   ~ 5=a fox
          a [dog:fox:2]           ~ 2=a dog#5=a fox
          a [fox:2]               ~ 2=a #5=a fox
          a [fox::2]              ~ 2=a fox#5=a_
          a [dog:fox:0.5]         ~ 2=a dog#5=a fox
          a [dog:fox:.8]          ~ 4=a dog#5=a fox
          a [dog:fox:1.0]         ~ 5=a dog
          a [dog:fox:1]           ~ 1=a dog#5=a fox
          a [dog:fox:0]           ~ 5=a fox
          a [dog:fox:-1]          ~ 5=a fox
          a [dog:fox:+2]          ~ 2=a dog#5=a fox
          a [dog:fox:1e0]         ~ 1=a dog#5=a fox
          a [dog:fox:99]          ~ 5=a dog
          a [dog:fox:1e999]       ~ 5=a dog
          a [dog : fox : 2 ] x    ~ 2=a dog  x#5=a  fox  x
          [a:1:2]                 ~ 2=a#5=1
          [1:2]                   ~ 2=#5=1
          [:2]                    ~ 2=#5=
          [::2]                   ~ 2=#5=
          [fox|dog]               ~ 1=fox#2=dog#3=fox#4=dog#5=fox
          [fox|dog|cat]           ~ 1=fox#2=dog#3=cat#4=fox#5=dog
          [fe|]male               ~ 1=female#2=male#3=female#4=male#5=female
          [|fe]male               ~ 1=male#2=female#3=male#4=female#5=male
          a[b:[c:d:3]:1]e         ~ 1=abe#3=ace#5=ade
          [[a:b:3]|c]             ~ 1=a#2=c#3=a#4=c#5=b
          [a:[b|c]:2]             ~ 1=a#2=a#3=b#4=c#5=b
          [(fox:1.2):2]           ~ 2=#5=(fox:1.2)
          (a [dog:fox:2]:1.3)     ~ 2=(a dog:1.3)#5=(a fox:1.3)
          [a [dog:fox:2]]         ~ 2=[a dog]#5=[a fox]
          [a\\:b:2]               ~ 2=#5=a\\:b
          a [fox]                 ~ 5=a [fox]
          a [fox                  ~ 5=a [fox
          a fox]                  ~ 5=a fox]
          [a:b:c:2]               ~ 5=[a:b:c:2]
          [a:b]                   ~ 5=[a:b]
          [a:two]                 ~ 5=[a:two]
          (a:b:2)                 ~ 5=(a:b:2)
          [a:2                    ~ 5=[a:2
          ((a] [fox:2]            ~ 2=((a] #5=((a] fox
          [a(fox:2]               ~ 5=[a(fox:2]
          a | b [fox:2]           ~ 5=a | b [fox:2]
          [a|b:2]                 ~ 5=[a|b:2]
          [a|(b|c)]               ~ 5=[a|(b|c)]
          [fox:2] \\              ~ 5=[fox:2] \\
          """)
  void editingIsASchedule(String prompt, String spans) {
    PromptSchedule schedule = PromptSchedule.of(prompt.strip(), STEPS);
    assertEquals(
        spans.strip().replace('_', ' '),
        schedule.spans().stream()
            .map(span -> span.end() + "=" + span.text())
            .collect(Collectors.joining("#")));
    assertEquals(schedule.spans().size() > 1, schedule.changes());
  }

  @Test
  void aPromptWithoutEditingIsOneSpan() {
    assertEquals(
        List.of(new Span(20, "a (red:1.2) fox: a\\ [")),
        PromptSchedule.of("a (red:1.2) fox: a\\ [", 20).spans());
    assertFalse(PromptSchedule.of("", 1).changes());
  }

  /** A1111 counts its denoiser's steps from 0, so the first option comes twice. */
  @Test
  void stepsCountFromZeroAsThoseOfTheDenoiserDo() {
    assertEquals("aabab", texts("[a|b]"));
    assertEquals("aaabb", texts("[a:b:2]"));
    assertEquals("aaaaa", texts("[a:b:4]"));
    assertEquals("bbbbb", texts("[a:b:0]"));
    assertTrue(PromptSchedule.of("[a:b:4]", STEPS).changes());
  }

  private static String texts(String prompt) {
    PromptSchedule schedule = PromptSchedule.of(prompt, STEPS);
    return IntStream.range(0, STEPS).mapToObj(schedule::at).collect(Collectors.joining());
  }

  @Test
  void bracketsThousandsDeepAreReadWithoutAStack() {
    int depth = 2_000;
    String edits = "[".repeat(depth) + "fox" + ":2]".repeat(depth);
    assertEquals("fox", PromptSchedule.of(edits, STEPS).at(STEPS - 1));
    String brackets = "[".repeat(5_000) + "]".repeat(5_000);
    assertEquals(List.of(new Span(STEPS, brackets)), PromptSchedule.of(brackets, STEPS).spans());
  }
}
