package dev.atelier.models.registry;

import java.time.Instant;
import java.util.List;

/**
 * What a registry held in one memory at one moment.
 *
 * @param device name of the device, e.g. {@code cpu} or {@code cuda:0}; {@code host} for what was
 *     moved from a device's memory to the machine's
 * @param budgetBytes most that models may take in it
 * @param usedBytes what they take: the sum over {@code models}
 * @param peakBytes most that they have taken so far
 * @param models the models in memory, least recently used first
 */
public record Snapshot(
    String device, long budgetBytes, long usedBytes, long peakBytes, List<Held> models) {
  public Snapshot {
    models = List.copyOf(models);
  }

  /**
   * A model in memory.
   *
   * @param id names it for {@link ModelRegistry#free}, for as long as it is in this memory
   * @param keys the labels of the keys that it was leased by, the first one first: more than one
   *     where checkpoints have it in common
   * @param bytes what it takes
   * @param leases how many use it; it cannot be evicted while there is one
   * @param lastUsed when it was leased or given back last
   */
  public record Held(long id, List<String> keys, long bytes, int leases, Instant lastUsed) {
    public Held {
      keys = List.copyOf(keys);
    }

    /** The label of the key that it was loaded by. */
    public String key() {
      return keys.get(0);
    }

    /** The same, used by nobody and of another size. */
    Held idle(long size) {
      return new Held(id, keys, size, 0, lastUsed);
    }
  }
}
