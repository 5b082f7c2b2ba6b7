package dev.atelier.models.weights;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * What a file's keys leave to be said: nothing is ignored in silence.
 *
 * @param missing tensors that a network of this kind needs and the file lacks, as the file would
 *     name them
 * @param unknown tensors that no network of it has and that are not known to be harmless
 */
public record KeyReport(List<String> missing, List<String> unknown) {
  /** Names that a sentence lists; the others are counted. */
  private static final int LISTED = 3;

  private static final List<Pattern> HARMLESS = harmless();

  /** Keeps copies. */
  public KeyReport {
    missing = List.copyOf(missing);
    unknown = List.copyOf(unknown);
  }

  /**
   * Compares a file's keys with those that its networks have.
   *
   * @param names all keys of the file
   * @param required keys that it must have
   * @param known keys that it may have, the required ones included
   */
  static KeyReport of(Set<String> names, Collection<String> required, Set<String> known) {
    List<String> missing = required.stream().filter(key -> !names.contains(key)).toList();
    List<String> unknown =
        names.stream().filter(key -> !known.contains(key) && !isHarmless(key)).toList();
    return new KeyReport(missing, unknown);
  }

  /** Compares the keys of one network, under canonical names. */
  static KeyReport of(Set<String> names, List<KeyTable.Tensor> tensors) {
    return of(names, tensors, KeyTable.Tensor::diffusers);
  }

  /** Compares the keys of one network, under names of the caller's. */
  static KeyReport of(
      Set<String> names, List<KeyTable.Tensor> tensors, Function<KeyTable.Tensor, String> name) {
    List<String> required = new ArrayList<>();
    Set<String> known = new HashSet<>();
    for (KeyTable.Tensor tensor : tensors) {
      known.add(name.apply(tensor));
      if (!tensor.optional()) {
        required.add(name.apply(tensor));
      }
    }
    return of(names, required, known);
  }

  /** Both reports in one. */
  KeyReport and(KeyReport other) {
    List<String> allMissing = new ArrayList<>(missing);
    allMissing.addAll(other.missing);
    List<String> allUnknown = new ArrayList<>(unknown);
    allUnknown.addAll(other.unknown);
    return new KeyReport(allMissing, allUnknown);
  }

  /** What is missing, in one sentence without the file's name; empty when nothing is. */
  public Optional<String> problem() {
    return missing.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "it lacks "
                + tensors(missing)
                + "; it is damaged or a model of another kind, fetch the file again.");
  }

  /** What was not used, in one sentence without the file's name; empty when all was. */
  public Optional<String> note() {
    return unknown.isEmpty()
        ? Optional.empty()
        : Optional.of("it has " + tensors(unknown) + " that Stable Diffusion 1.5 does not use.");
  }

  private static String tensors(List<String> names) {
    String listed =
        String.join(", ", names.stream().limit(LISTED).map(SafetensorsHeader::quote).toList());
    int more = names.size() - LISTED;
    String rest = more > 0 ? " and " + more + " more" : "";
    return (names.size() == 1 ? "the tensor " : "the tensors ") + listed + rest;
  }

  private static boolean isHarmless(String key) {
    return HARMLESS.stream().anyMatch(pattern -> pattern.matcher(key).matches());
  }

  private static List<Pattern> harmless() {
    try (InputStream in = KeyReport.class.getResourceAsStream("harmless.keys")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .map(String::strip)
          .filter(line -> !line.isEmpty() && !line.startsWith("#"))
          .map(Pattern::compile)
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
