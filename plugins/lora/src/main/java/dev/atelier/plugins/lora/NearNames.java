package dev.atelier.plugins.lora;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/** Finds what someone may have meant. */
final class NearNames {
  private static final int MOST = 3;

  private NearNames() {}

  /** The names that are within a third of their letters of it, or hold it or are held by it. */
  static List<String> of(String wanted, List<String> names) {
    String word = wanted.toLowerCase(Locale.ROOT).strip();
    record Near(String name, int distance) {}
    return names.stream()
        .map(name -> new Near(name, distance(word, name.toLowerCase(Locale.ROOT))))
        .filter(near -> isNear(word, near.name().toLowerCase(Locale.ROOT), near.distance()))
        .sorted(Comparator.comparingInt(Near::distance).thenComparing(Near::name))
        .limit(MOST)
        .map(Near::name)
        .toList();
  }

  private static boolean isNear(String wanted, String name, int distance) {
    boolean within = wanted.length() > 2 && (name.contains(wanted) || wanted.contains(name));
    return within || distance <= Math.max(1, Math.max(wanted.length(), name.length()) / 3);
  }

  /** Letters to change, add or take away (the edit distance of Levenshtein). */
  private static int distance(String a, String b) {
    int[] row = IntStream.rangeClosed(0, b.length()).toArray();
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int change = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(change, Math.min(row[j], row[j - 1]) + 1);
      }
    }
    return row[b.length()];
  }
}
