package dev.atelier.models.text;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads the attention weights of a prompt, as AUTOMATIC1111 does ({@code parse_prompt_attention} in
 * {@code modules/prompt_parser.py}): {@code (word:1.2)}, {@code (word)} for 1.1, {@code [word]} for
 * 1 / 1.1, within each other their product; a bracket that is never closed goes on to the end, one
 * that was never opened is text, and {@code \( \) \[ \] \\} stand for the signs themselves. {@code
 * BREAK} ends a chunk, also between brackets, where AUTOMATIC1111 takes it for a word.
 */
final class PromptWeights {
  /** Beyond this there is nothing to tell apart, and products would become infinite. */
  static final double MAX_WEIGHT = 1000;

  private static final double ROUND = 1.1;
  private static final double SQUARE = 1 / 1.1;

  private static final Pattern TOKEN =
      Pattern.compile(
          "\\\\[()\\[\\]\\\\]|\\\\|[(\\[)\\]]|:\\s*([+-]?[.0-9]++)\\s*\\)|[^\\\\()\\[\\]:]++|:",
          Pattern.UNICODE_CHARACTER_CLASS);

  private static final Pattern BREAK =
      Pattern.compile("\\s*\\bBREAK\\b\\s*", Pattern.UNICODE_CHARACTER_CLASS);

  private final List<PromptPart> parts = new ArrayList<>();

  /** Of each part; numbers, because brackets thousands deep multiply them millions of times. */
  private double[] weights = new double[8];

  private final Deque<Integer> round = new ArrayDeque<>();
  private final Deque<Integer> square = new ArrayDeque<>();

  private PromptWeights() {}

  /** The parts of any text, in order; neighbours have different weights. Never empty. */
  static List<PromptPart> parse(String text) {
    PromptWeights weights = new PromptWeights();
    Matcher token = TOKEN.matcher(text);
    while (token.find()) {
      weights.take(token.group(), Optional.ofNullable(token.group(1)));
    }
    weights.round.forEach(from -> weights.multiply(from, ROUND));
    weights.square.forEach(from -> weights.multiply(from, SQUARE));
    return weights.merged();
  }

  private void take(String token, Optional<String> number) {
    if (token.startsWith("\\")) {
      add(token.substring(1)); // one that escapes nothing is left out
    } else if (token.equals("(")) {
      round.push(parts.size());
    } else if (token.equals("[")) {
      square.push(parts.size());
    } else if (number.isPresent() && !round.isEmpty()) {
      closeWith(token, number.get());
    } else if (token.equals(")") && !round.isEmpty()) {
      multiply(round.pop(), ROUND);
    } else if (token.equals("]") && !square.isEmpty()) {
      multiply(square.pop(), SQUARE);
    } else {
      addBroken(token);
    }
  }

  private void closeWith(String token, String number) {
    try {
      multiply(round.peek(), Double.parseDouble(number));
    } catch (NumberFormatException e) {
      // 1.2.3 is no number: the words stay, and the bracket is one without a number.
      add(token.substring(0, token.length() - 1));
      multiply(round.peek(), ROUND);
    }
    round.pop();
  }

  private void add(String text) {
    add(new PromptPart.Words(text, 1));
  }

  private void add(PromptPart part) {
    if (parts.size() == weights.length) {
      weights = Arrays.copyOf(weights, 2 * weights.length);
    }
    weights[parts.size()] = 1;
    parts.add(part);
  }

  private void addBroken(String text) {
    String[] pieces = BREAK.split(text, -1);
    for (int i = 0; i < pieces.length; i++) {
      if (i > 0) {
        add(new PromptPart.Break());
      }
      add(pieces[i]);
    }
  }

  private void multiply(int from, double factor) {
    for (int i = from; i < parts.size(); i++) {
      weights[i] = Math.max(-MAX_WEIGHT, Math.min(MAX_WEIGHT, weights[i] * factor));
    }
  }

  private List<PromptPart> merged() {
    List<PromptPart> merged = new ArrayList<>();
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < parts.size(); i++) {
      if (parts.get(i) instanceof PromptPart.Words words) {
        text.append(words.text());
        boolean goesOn =
            i + 1 < parts.size()
                && parts.get(i + 1) instanceof PromptPart.Words
                && weights[i + 1] == weights[i];
        if (!goesOn) {
          merged.add(new PromptPart.Words(text.toString(), weights[i]));
          text.setLength(0);
        }
      } else {
        merged.add(parts.get(i));
      }
    }
    return merged.isEmpty() ? List.of(new PromptPart.Words("", 1)) : merged;
  }
}
