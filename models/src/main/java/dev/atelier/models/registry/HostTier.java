package dev.atelier.models.registry;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Models that were moved from a device's memory to the host's, within a budget: the one that has
 * been there longest is dropped first.
 */
final class HostTier {
  private static final Logger log = LoggerFactory.getLogger(HostTier.class);

  /** What the memory is called. */
  private static final String NAME = "host";

  private final long budgetBytes;
  private final Map<ModelKey<?>, Kept> copies = new LinkedHashMap<>();
  private long usedBytes;
  private long peakBytes;

  /** A copy, and what is to be told of it. */
  private record Kept(HostCopy copy, Snapshot.Held held) {}

  /**
   * @param budgetBytes most that the copies may take; 0 keeps none
   */
  HostTier(long budgetBytes) {
    this.budgetBytes = budgetBytes;
  }

  /**
   * Moves a model here if it can be and fits.
   *
   * @param held what the device knows of it
   * @return whether it is gone from the device
   */
  boolean take(ModelKey<?> key, Model model, Snapshot.Held held) {
    if (held.bytes() > budgetBytes) {
      return false;
    }
    makeRoom(held.bytes());
    try {
      Optional<HostCopy> copy = model.offload();
      copy.ifPresent(kept -> keep(key, kept, held));
      return copy.isPresent();
    } catch (RuntimeException | OutOfMemoryError e) {
      // Host memory is short as well: the files are still there.
      log.warn("{} cannot be kept in host memory", key.label(), e);
      return false;
    }
  }

  private void keep(ModelKey<?> key, HostCopy copy, Snapshot.Held held) {
    long bytes = copy.bytes();
    copies.put(key, new Kept(copy, held.idle(bytes)));
    usedBytes += bytes;
    makeRoom(0);
    peakBytes = Math.max(peakBytes, usedBytes);
  }

  /** The copy of a model, which is the caller's to close then; empty when there is none. */
  Optional<HostCopy> give(ModelKey<?> key) {
    Optional<Kept> kept = Optional.ofNullable(copies.remove(key));
    kept.ifPresent(each -> usedBytes -= each.held().bytes());
    return kept.map(Kept::copy);
  }

  /** Drops the copy of that id. */
  boolean drop(long id) {
    for (Map.Entry<ModelKey<?>, Kept> entry : copies.entrySet()) {
      if (entry.getValue().held().id() == id) {
        give(entry.getKey()).ifPresent(copy -> close(entry.getKey(), copy));
        return true;
      }
    }
    return false;
  }

  /** Drops all copies. */
  void clear() {
    for (ModelKey<?> key : List.copyOf(copies.keySet())) {
      give(key).ifPresent(copy -> close(key, copy));
    }
  }

  private void makeRoom(long bytes) {
    for (ModelKey<?> oldest : List.copyOf(copies.keySet())) {
      if (usedBytes + bytes <= budgetBytes) {
        return;
      }
      give(oldest).ifPresent(copy -> close(oldest, copy));
    }
  }

  private static void close(ModelKey<?> key, HostCopy copy) {
    try {
      copy.close();
    } catch (RuntimeException e) {
      log.error("Closing the copy of {} failed", key.label(), e);
    }
  }

  /** What is here; empty when nothing may be. */
  Optional<Snapshot> snapshot() {
    if (budgetBytes == 0) {
      return Optional.empty();
    }
    List<Snapshot.Held> held = new ArrayList<>();
    copies.values().forEach(kept -> held.add(kept.held()));
    return Optional.of(new Snapshot(NAME, budgetBytes, usedBytes, peakBytes, held));
  }
}
