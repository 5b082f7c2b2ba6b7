package dev.atelier.models.registry;

import java.util.Locale;
import java.util.stream.Collectors;

/** There is no room for a model; the message says what is needed, what is held and what to do. */
public final class MemoryBudgetException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final long neededBytes;

  MemoryBudgetException(String label, long neededBytes, Snapshot held) {
    super(message(label, neededBytes, held));
    this.neededBytes = neededBytes;
  }

  /** What the model would have taken. */
  public long neededBytes() {
    return neededBytes;
  }

  private static String message(String label, long needed, Snapshot held) {
    String inUse =
        held.models().stream()
            .filter(model -> model.leases() > 0)
            .map(model -> model.key() + " (" + size(model.bytes()) + ")")
            .collect(Collectors.joining(", "));
    String budget = size(held.budgetBytes()) + " that models may take on " + held.device();
    if (inUse.isEmpty()) {
      return String.format(
          Locale.ROOT,
          "%s needs %s, more than the %s; use a smaller model or allow more memory.",
          label,
          size(needed),
          budget);
    }
    return String.format(
        Locale.ROOT,
        "%s needs %s, but of the %s these are in use: %s; try again when they are free, use a"
            + " smaller model or allow more memory.",
        label,
        size(needed),
        budget,
        inUse);
  }

  /** Exact below a megabyte, because 0.0 GB tells nothing. */
  private static String size(long bytes) {
    if (bytes < 1_000_000) {
      return bytes + " bytes";
    }
    return bytes < 1_000_000_000
        ? String.format(Locale.ROOT, "%.1f MB", bytes / 1e6)
        : String.format(Locale.ROOT, "%.2f GB", bytes / 1e9);
  }
}
