package dev.atelier.models.weights;

import java.util.BitSet;
import java.util.Set;

/** Questions about the names of a file's tensors. */
final class Names {
  /** Digits of a block's number that are read; no network has ten thousand blocks. */
  private static final int DIGITS = 4;

  private Names() {}

  /** How many numbers, from 0 on without a gap, follow {@code prefix} in some name. */
  static int count(Set<String> names, String prefix) {
    var numbers = new BitSet();
    for (String name : names) {
      int end = name.indexOf('.', prefix.length());
      if (name.startsWith(prefix) && end > 0 && end - prefix.length() <= DIGITS) {
        String digits = name.substring(prefix.length(), end);
        if (!digits.isEmpty() && digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
          numbers.set(Integer.parseInt(digits));
        }
      }
    }
    return numbers.nextClearBit(0);
  }

  /** Whether any name begins with {@code prefix}. */
  static boolean any(Set<String> names, String prefix) {
    return names.stream().anyMatch(name -> name.startsWith(prefix));
  }
}
