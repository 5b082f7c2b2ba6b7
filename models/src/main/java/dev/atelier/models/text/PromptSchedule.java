package dev.atelier.models.text;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/**
 * What a prompt says at each sampling step, by AUTOMATIC1111's rules ({@code
 * modules/prompt_parser.py}, its schedules since version 1.6):
 *
 * <ul>
 *   <li>{@code [from:to:when]}, {@code [to:when]} and {@code [from::when]} change the text: a
 *       {@code when} with a point is a share of the steps, one without a number of steps;
 *   <li>{@code [a|b]} changes at every step, and an option may be empty;
 *   <li>both may stand within each other and within other brackets.
 * </ul>
 *
 * <p>Brackets that do not match are text. A prompt that AUTOMATIC1111's grammar has no place for, a
 * {@code |} outside of {@code [a|b]} or a backslash at its end, is text as a whole.
 *
 * @param spans the texts in the order of their steps; the last one's end is the number of steps
 */
public record PromptSchedule(List<Span> spans) {
  /**
   * A text and how long it is used.
   *
   * @param end the text is used until this many steps are done, and in the step after that
   * @param text without editing, with its weights
   */
  public record Span(int end, String text) {}

  /** Keeps a copy. */
  public PromptSchedule {
    spans = List.copyOf(spans);
  }

  /**
   * The schedule of a prompt.
   *
   * @param prompt any text
   * @param steps sampling steps, from 1
   */
  public static PromptSchedule of(String prompt, int steps) {
    if (prompt.indexOf('[') < 0) {
      return new PromptSchedule(List.of(new Span(steps, prompt)));
    }
    return PromptGrammar.parse(prompt)
        .map(parts -> of(parts, steps))
        .orElseGet(() -> new PromptSchedule(List.of(new Span(steps, prompt))));
  }

  private static PromptSchedule of(List<PromptNode> parts, int steps) {
    TreeSet<Integer> ends = new TreeSet<>(List.of(steps));
    PromptNode.walk(parts, node -> ends.addAll(node.ends(steps)));
    List<Span> spans = new ArrayList<>();
    for (int end : ends) {
      StringBuilder text = new StringBuilder();
      PromptNode.walk(
          parts,
          node -> node.at(end, steps),
          node -> {
            if (node instanceof PromptNode.Text plain) {
              text.append(plain.text());
            }
          });
      spans.add(new Span(end, text.toString()));
    }
    return new PromptSchedule(spans);
  }

  /** Whether the text is another one at another step. */
  public boolean changes() {
    return spans.size() > 1;
  }

  /**
   * The text of a step. AUTOMATIC1111 counts the steps of its denoiser from 0 and its spans from 1,
   * so that a text is used for one step longer than its prompt says; pictures depend on it.
   *
   * @param step from 0
   */
  public String at(int step) {
    return spans.stream()
        .filter(span -> step <= span.end())
        .findFirst()
        .orElse(spans.get(spans.size() - 1))
        .text();
  }
}
