package dev.atelier.models.text;

import java.nio.file.Path;
import java.text.Normalizer;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The embeddings that prompts may name, and those that they did name. As in AUTOMATIC1111 ({@code
 * modules/textual_inversion/textual_inversion.py}) a name is found by its tokens, so that its case
 * does not matter, and where two fit the one of more tokens is meant. Files are opened when a
 * prompt names them. Not thread-safe.
 */
public final class Embeddings {
  /** There are none. */
  static final Embeddings NONE = new Embeddings(List.of());

  private static final Pattern SPACE = Pattern.compile("\\s+", Pattern.UNICODE_CHARACTER_CLASS);

  private final Map<String, Path> files = new LinkedHashMap<>();
  private final Map<Path, Embedding> named = new LinkedHashMap<>();

  /**
   * @param files embeddings; of those of one name the first is taken
   */
  public Embeddings(Collection<Path> files) {
    for (Path file : files) {
      this.files.putIfAbsent(squeezed(Embedding.name(file)), file);
    }
    this.files.remove("");
  }

  /** The embeddings that prompts have named so far, in that order. */
  public List<Embedding> named() {
    return List.copyOf(named.values());
  }

  /** Looks for names in one text of equal weight, whose tokens are given later. */
  Matcher matcher(String text, ClipTokenizer tokenizer) {
    String squeezed = files.isEmpty() ? "" : squeezed(text);
    // Tokenizing every name for every prompt would cost more than the prompt does.
    List<Name> names =
        files.entrySet().stream()
            .filter(file -> squeezed.contains(file.getKey()))
            .map(
                file ->
                    new Name(tokenizer.tokens(Embedding.name(file.getValue())), file.getValue()))
            .filter(name -> name.ids().length > 0)
            .sorted(Comparator.comparing((Name name) -> name.ids().length).reversed())
            .toList();
    return new Matcher(names);
  }

  /** Equal for texts of equal tokens: the tokenizer drops case and white space. */
  private static String squeezed(String text) {
    String composed = Normalizer.normalize(text, Normalizer.Form.NFC);
    return SPACE.matcher(composed.toLowerCase(Locale.ROOT)).replaceAll("");
  }

  private record Name(long[] ids, Path file) {}

  /**
   * A name in a prompt.
   *
   * @param embedding what it names
   * @param tokens tokens of the name
   */
  record Match(Embedding embedding, int tokens) {}

  /** Finds names among a text's tokens. */
  final class Matcher {
    private final List<Name> names;

    private Matcher(List<Name> names) {
      this.names = names;
    }

    /**
     * The name that begins at a token.
     *
     * @throws dev.atelier.models.weights.WeightsException when the embedding cannot be used
     */
    Optional<Match> at(long[] ids, int from) {
      for (Name name : names) {
        int end = from + name.ids().length;
        if (end <= ids.length && Arrays.equals(ids, from, end, name.ids(), 0, name.ids().length)) {
          Embedding embedding = named.computeIfAbsent(name.file(), Embedding::open);
          return Optional.of(new Match(embedding, name.ids().length));
        }
      }
      return Optional.empty();
    }
  }
}
