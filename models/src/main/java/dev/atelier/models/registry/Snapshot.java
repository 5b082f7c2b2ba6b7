package dev.atelier.models.registry;

import java.time.Instant;
import java.util.List;

/**
 * What a registry held at one moment.
 *
 * @param device name of the device, e.g. {@code cpu} or {@code cuda:0}
 * @param budgetBytes most that models may take on it
 * @param usedBytes what they take: the sum over {@code models}
 * @param models the models in memory, least recently used first
 */
public record Snapshot(String device, long budgetBytes, long usedBytes, List<Held> models) {
  public Snapshot {
    models = List.copyOf(models);
  }

  /**
   * A model in memory.
   *
   * @param key its key's label
   * @param bytes what it takes
   * @param leases how many use it; it cannot be evicted while there is one
   * @param lastUsed when it was leased or given back last
   */
  public record Held(String key, long bytes, int leases, Instant lastUsed) {}
}
