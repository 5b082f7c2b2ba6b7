package dev.atelier.models.text;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds {@code [from:to:when]} and {@code [a|b]} in a prompt: the language of {@code
 * schedule_parser} in AUTOMATIC1111's {@code modules/prompt_parser.py}. Brackets that mean
 * something hold only brackets that mean something, too; all the others, and colons between them,
 * are text. Where that grammar can be read in two ways, here brackets mean something whenever they
 * can.
 */
final class PromptGrammar {
  /** Text, in which a backslash takes the next character's meaning away, or one sign. */
  private static final Pattern TOKEN =
      Pattern.compile("(?:[^\\\\\\[\\]():|]++|\\\\[^\\n])++|[\\[\\]():|]");

  private static final Pattern WHEN =
      Pattern.compile(
          "\\s*([+-]?(?:[0-9]+(?:\\.[0-9]*)?|\\.[0-9]+)(?:[eE][+-]?[0-9]+)?)\\s*",
          Pattern.UNICODE_CHARACTER_CLASS);

  private final Deque<Bracket> open = new ArrayDeque<>();

  private PromptGrammar() {
    open.push(new Bracket(""));
  }

  /**
   * The parts of a prompt, whose texts together are the prompt where nothing is edited.
   *
   * @return empty when the prompt is not of the language
   */
  static Optional<List<PromptNode>> parse(String prompt) {
    PromptGrammar grammar = new PromptGrammar();
    Matcher token = TOKEN.matcher(prompt);
    while (token.regionStart() < prompt.length()) {
      if (!token.lookingAt() || !grammar.take(token.group())) {
        return Optional.empty();
      }
      token.region(token.end(), prompt.length());
    }
    return grammar.end();
  }

  /** Whether there is a place for the next token. */
  private boolean take(String token) {
    Bracket innermost = open.peek();
    switch (token) {
      case "(", "[" -> open.push(new Bracket(token));
      case ")", "]" -> {
        return close(innermost, token);
      }
      case ":" -> {
        if (open.size() == 1) {
          innermost.text(token);
        } else {
          innermost.separate(token);
        }
      }
      case "|" -> {
        if (!innermost.square()) {
          return false;
        }
        innermost.separate(token);
      }
      default -> innermost.text(token);
    }
    return true;
  }

  private boolean close(Bracket bracket, String token) {
    if (open.size() == 1 || bracket.square() != token.equals("]")) {
      bracket.text(token);
      bracket.meaningless = true;
      return true;
    }
    open.pop();
    Bracket around = open.peek();
    Optional<PromptNode> node = bracket.meaningless ? Optional.empty() : bracket.node();
    if (node.isPresent()) {
      around.last().add(node.get());
      return true;
    }
    around.meaningless |= bracket.meaningless || !bracket.emphasis();
    return bracket.spillInto(around, token);
  }

  /** What never closed is text. */
  private Optional<List<PromptNode>> end() {
    while (open.size() > 1) {
      if (!open.pop().spillInto(open.peek(), "")) {
        return Optional.empty();
      }
    }
    return Optional.of(open.peek().last());
  }

  /** An opening bracket and what has come after it. */
  private static final class Bracket {
    private final String sign;
    private final List<List<PromptNode>> parts = new ArrayList<>(List.of(new ArrayList<>()));
    private final List<String> separators = new ArrayList<>();

    /** Something in it is out of place, so that it is text itself. */
    private boolean meaningless;

    Bracket(String sign) {
      this.sign = sign;
    }

    boolean square() {
      return sign.equals("[");
    }

    List<PromptNode> last() {
      return parts.get(parts.size() - 1);
    }

    void text(String text) {
      last().add(new PromptNode.Text(text));
    }

    void separate(String separator) {
      separators.add(separator);
      parts.add(new ArrayList<>());
    }

    /** Whether it is {@code (a)}, {@code (a:b)} or {@code [a]}, which change no text. */
    boolean emphasis() {
      return separators.isEmpty() || (!square() && separators.size() == 1);
    }

    /** What it means when it is closed; empty when its text stays. */
    Optional<PromptNode> node() {
      if (!square() || separators.isEmpty()) {
        return Optional.empty();
      }
      if (!separators.contains(":")) {
        return Optional.of(new PromptNode.Alternation(parts));
      }
      if (separators.contains("|") || separators.size() > 2) {
        return Optional.empty();
      }
      List<PromptNode> before = separators.size() == 2 ? parts.get(0) : List.of();
      return when().map(w -> new PromptNode.Edit(before, parts.get(parts.size() - 2), w));
    }

    private Optional<String> when() {
      StringBuilder text = new StringBuilder();
      for (PromptNode node : last()) {
        if (!(node instanceof PromptNode.Text plain)) {
          return Optional.empty();
        }
        text.append(plain.text());
      }
      Matcher number = WHEN.matcher(text);
      return number.matches() ? Optional.of(number.group(1)) : Optional.empty();
    }

    /** Puts its signs and parts into another as text; false when it has a sign that cannot be. */
    boolean spillInto(Bracket other, String closing) {
      if (separators.contains("|")) {
        return false;
      }
      other.text(sign);
      for (int i = 0; i < parts.size(); i++) {
        if (i > 0) {
          other.text(separators.get(i - 1));
        }
        other.last().addAll(parts.get(i));
      }
      other.text(closing);
      return true;
    }
  }
}
