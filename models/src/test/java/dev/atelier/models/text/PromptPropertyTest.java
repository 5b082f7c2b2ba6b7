package dev.atelier.models.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.atelier.models.text.PromptSchedule.Span;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

/** Whatever somebody types, it is read, and no word is lost. */
class PromptPropertyTest {
  @Property
  void everyLetterKeepsItsPlaceAmongTheWeights(@ForAll("prompts") String prompt) {
    StringBuilder letters = new StringBuilder();
    for (PromptPart part : PromptWeights.parse(prompt)) {
      if (part instanceof PromptPart.Words words) {
        letters.append(letters(words.text()));
        assertTrue(Math.abs(words.weight()) <= PromptWeights.MAX_WEIGHT); // false for NaN, too
      }
    }
    assertEquals(letters(prompt), letters.toString());
  }

  @Property
  void everyLetterKeepsItsPlaceAmongTheEdits(@ForAll("prompts") String prompt) {
    PromptGrammar.parse(prompt)
        .ifPresent(
            nodes -> {
              StringBuilder letters = new StringBuilder();
              PromptNode.walk(
                  nodes,
                  node -> {
                    if (node instanceof PromptNode.Text plain) {
                      letters.append(letters(plain.text()));
                    }
                  });
              assertEquals(letters(prompt), letters.toString());
            });
  }

  private static String letters(String text) {
    return text.replaceAll("[^a-z]", "");
  }

  @Property
  void aScheduleCoversEveryStep(
      @ForAll("anyText") String prompt, @ForAll @IntRange(min = 1, max = 30) int steps) {
    List<Span> spans = PromptSchedule.of(prompt, steps).spans();
    int before = 0;
    for (Span span : spans) {
      assertTrue(span.end() > before && span.end() <= steps);
      before = span.end();
    }
    assertEquals(steps, before);
    PromptWeights.parse(prompt);
  }

  @Property
  void whatIsWrittenIsRead(
      @ForAll("edited") Edited edited, @ForAll @IntRange(min = 1, max = 12) int steps) {
    for (Span span : PromptSchedule.of(edited.prompt(), steps).spans()) {
      assertEquals(edited.at().apply(span.end()), span.text(), edited.prompt());
    }
  }

  /** A prompt and what it is at each step, counted from 1. */
  record Edited(String prompt, IntFunction<String> at) {
    static Edited text(String text) {
      return new Edited(text, step -> text);
    }

    static Edited inBrackets(Edited inner) {
      return new Edited("(" + inner.prompt + ")", step -> "(" + inner.at.apply(step) + ")");
    }

    static Edited edit(Edited from, Edited to, int when) {
      return new Edited(
          "[" + from.prompt + ":" + to.prompt + ":" + when + "]",
          step -> (step <= when ? from : to).at.apply(step));
    }

    static Edited alternation(List<Edited> options) {
      return new Edited(
          options.stream().map(Edited::prompt).collect(Collectors.joining("|", "[", "]")),
          step -> options.get((step - 1) % options.size()).at.apply(step));
    }

    static Edited row(List<Edited> parts) {
      return new Edited(
          parts.stream().map(Edited::prompt).collect(Collectors.joining()),
          step -> parts.stream().map(part -> part.at.apply(step)).collect(Collectors.joining()));
    }
  }

  @Provide
  Arbitrary<Edited> edited() {
    return edited(3);
  }

  private static Arbitrary<Edited> edited(int depth) {
    Arbitrary<Edited> text = Arbitraries.of("a", "red fox ", "", "\\(x\\)", ", ").map(Edited::text);
    if (depth == 0) {
      return text;
    }
    Arbitrary<Edited> inner = edited(depth - 1);
    return Arbitraries.oneOf(
        text,
        inner.map(Edited::inBrackets),
        Combinators.combine(inner, inner, Arbitraries.integers().between(0, 15)).as(Edited::edit),
        inner.list().ofMinSize(2).ofMaxSize(4).map(Edited::alternation),
        inner.list().ofMaxSize(3).map(Edited::row));
  }

  /** Words among everything that means something. */
  @Provide
  Arbitrary<String> prompts() {
    return Arbitraries.of(
            "fox", "red ", " ", ",", "(", ")", "[", "]", ":", "|", "\\", "1.2", ":0.5)", ":3]",
            "BREAK", "AND", ".", "-", "\n")
        .list()
        .ofMaxSize(40)
        .map(pieces -> String.join("", pieces));
  }

  @Provide
  Arbitrary<String> anyText() {
    return Arbitraries.oneOf(prompts(), Arbitraries.strings());
  }
}
