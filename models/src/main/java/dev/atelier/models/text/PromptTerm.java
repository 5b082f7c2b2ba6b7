package dev.atelier.models.text;

import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One of the prompts that {@code AND} joins, each of which pulls the picture its own way (Liu et
 * al., "Compositional Visual Generation with Composable Diffusion Models", 2022): {@code a fox AND
 * a birch tree :0.5}. By AUTOMATIC1111's rules ({@code get_multicond_prompt_list} in {@code
 * modules/prompt_parser.py}), but that a prompt without {@code AND} keeps a number at its end.
 *
 * @param text a prompt, which may be edited
 * @param weight how strongly it pulls
 */
public record PromptTerm(String text, double weight) {
  private static final Pattern AND = Pattern.compile("\\bAND\\b", Pattern.UNICODE_CHARACTER_CLASS);

  private static final Pattern NUMBER = Pattern.compile("[-+]?(?:[0-9]++\\.?|[0-9]*+\\.[0-9]++)");

  /** The terms of a prompt, in order; one for most prompts. */
  public static List<PromptTerm> of(String prompt) {
    String[] texts = AND.split(prompt, -1);
    return texts.length == 1
        ? List.of(new PromptTerm(prompt, 1))
        : Arrays.stream(texts).map(PromptTerm::term).toList();
  }

  private static PromptTerm term(String text) {
    int colon = text.lastIndexOf(':');
    Matcher number = NUMBER.matcher(text.substring(colon + 1).strip());
    if (colon < 0 || !number.matches()) {
      return new PromptTerm(text, 1);
    }
    double limit = PromptWeights.MAX_WEIGHT;
    double weight = Double.parseDouble(number.group());
    return new PromptTerm(
        text.substring(0, colon).stripTrailing(), Math.max(-limit, Math.min(limit, weight)));
  }
}
