package dev.atelier.models.lora;

import dev.atelier.models.weights.FileStamps;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** What LoRAs' files say of themselves, read again only once a file has changed. Thread-safe. */
public final class LoraSummaries {
  private final Map<Path, Known> known = new ConcurrentHashMap<>();

  private record Known(FileStamps stamps, LoraSummary summary) {}

  /** As {@link LoraFile#inspect}; looks at the file's size and time of change in any case. */
  public LoraSummary of(Path file) {
    FileStamps stamps = FileStamps.of(List.of(file));
    return known
        .compute(
            file,
            (path, before) ->
                before != null && before.stamps().equals(stamps)
                    ? before
                    : new Known(stamps, LoraFile.inspect(path)))
        .summary();
  }

  /** Forgets all others. */
  public void retain(Set<Path> files) {
    known.keySet().retainAll(files);
  }
}
