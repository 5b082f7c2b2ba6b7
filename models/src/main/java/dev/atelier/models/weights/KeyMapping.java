package dev.atelier.models.weights;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Canonical names for the keys that one network's tensors have in different files. The rules are
 * data, a resource with one a line: {@code stored key -> canonical key}, where the stored key is a
 * regular expression that must match the whole key and {@code $1} is its first group. The first
 * rule that matches counts; a key without a rule is canonical already. {@code #} begins a comment.
 */
public final class KeyMapping {
  /** CLIP text encoder: canonical is without {@code text_model.}. */
  public static final KeyMapping CLIP_TEXT = resource("clip-text.keys");

  /** VAE: canonical is {@code to_q}, {@code to_k}, {@code to_v}, {@code to_out.0}. */
  public static final KeyMapping VAE = resource("vae.keys");

  private record Rule(Pattern stored, String canonical) {}

  private final List<Rule> rules;

  private KeyMapping(List<Rule> rules) {
    this.rules = List.copyOf(rules);
  }

  /**
   * Parses the rules of a mapping.
   *
   * @throws IllegalArgumentException when a line is not a rule
   */
  public static KeyMapping parse(String text) {
    List<Rule> rules = new ArrayList<>();
    for (String line : text.lines().map(String::strip).toList()) {
      if (line.isEmpty() || line.startsWith("#")) {
        continue;
      }
      String[] sides = line.split(" -> ", -1);
      if (sides.length != 2) {
        throw new IllegalArgumentException("Not a rule \"stored -> canonical\": " + line);
      }
      rules.add(new Rule(Pattern.compile(sides[0].strip()), sides[1].strip()));
    }
    return new KeyMapping(rules);
  }

  /** The canonical name of a stored key. */
  public String canonical(String stored) {
    return find(stored).orElse(stored);
  }

  /** What the first rule that matches makes of a stored key; empty when none does. */
  public Optional<String> find(String stored) {
    for (Rule rule : rules) {
      Matcher matcher = rule.stored().matcher(stored);
      if (matcher.matches()) {
        return Optional.of(matcher.replaceFirst(rule.canonical()));
      }
    }
    return Optional.empty();
  }

  static KeyMapping resource(String name) {
    try (InputStream in = KeyMapping.class.getResourceAsStream(name)) {
      return parse(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
