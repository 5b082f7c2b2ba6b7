package dev.atelier.models.registry;

import ai.djl.Device;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The models in a device's memory, within a budget: of those that nobody leases, the least recently
 * used one makes room first, by moving to host memory if it can. Lives on the engine's one thread.
 */
final class DeviceTier {
  private final Device device;
  private final long budgetBytes;
  private final HostTier host;
  private final Clock clock;

  /** Least recently used first: a model moves to the end when it is leased or given back. */
  private final Map<ModelKey<?>, ResidentModel> models = new LinkedHashMap<>();

  private long usedBytes;
  private long peakBytes;
  private long lastId;

  /**
   * @param budgetBytes most that the models may take
   * @param host where those go that make room
   */
  DeviceTier(Device device, long budgetBytes, HostTier host, Clock clock) {
    this.device = device;
    this.budgetBytes = budgetBytes;
    this.host = host;
    this.clock = clock;
  }

  /** The model of that key, if it is here. */
  Optional<ResidentModel> find(ModelKey<?> key) {
    return Optional.ofNullable(models.get(key));
  }

  /**
   * Takes in a model that was loaded, making more room where it has turned out larger than was
   * expected. It is closed when it cannot stay.
   *
   * @throws MemoryBudgetException when there is no room and none can be made
   */
  ResidentModel take(ModelKey<?> key, Model model) {
    try {
      long bytes = model.bytes();
      if (bytes < 0) {
        throw new IllegalStateException(key.label() + " takes " + bytes + " bytes");
      }
      makeRoom(key, bytes);
      ResidentModel resident = new ResidentModel(++lastId, key, model, bytes);
      models.put(key, resident);
      usedBytes += bytes;
      peakBytes = Math.max(peakBytes, usedBytes);
      return resident;
    } catch (RuntimeException e) {
      ResidentModel.close(key, model);
      throw e;
    }
  }

  /**
   * Evicts what nobody leases until so many bytes are free; nothing unless that is enough.
   *
   * @param key what needs the room
   * @throws MemoryBudgetException when it is not
   */
  void makeRoom(ModelKey<?> key, long bytes) {
    long pinned =
        models.values().stream()
            .filter(ResidentModel::leased)
            .mapToLong(ResidentModel::bytes)
            .sum();
    if (bytes > budgetBytes - pinned) {
      throw new MemoryBudgetException(key.label(), bytes, snapshot());
    }
    evict(bytes - (budgetBytes - usedBytes));
  }

  private void evict(long bytes) {
    long evicted = 0;
    for (ResidentModel oldest : List.copyOf(models.values())) {
      if (evicted >= bytes) {
        return;
      }
      if (!oldest.leased()) {
        evicted += oldest.bytes();
        offload(oldest);
      }
    }
  }

  private void offload(ResidentModel resident) {
    forget(resident);
    if (!host.take(resident.key(), resident.model(), resident.held())) {
      resident.close();
    }
  }

  /** Notes that a model was leased or given back now. */
  void touch(ResidentModel resident) {
    resident.used(clock.instant());
    models.remove(resident.key());
    models.put(resident.key(), resident);
  }

  /** Drops a model. */
  void drop(ResidentModel resident) {
    forget(resident);
    resident.close();
  }

  /** Drops the model of that id; whether it was here and nobody leases it. */
  boolean drop(long id) {
    Optional<ResidentModel> unused =
        models.values().stream().filter(each -> each.id() == id && !each.leased()).findFirst();
    unused.ifPresent(this::drop);
    return unused.isPresent();
  }

  /** Drops every model that nobody leases. */
  void dropUnused() {
    for (ResidentModel resident : List.copyOf(models.values())) {
      if (!resident.leased()) {
        drop(resident);
      }
    }
  }

  private void forget(ResidentModel resident) {
    models.remove(resident.key());
    usedBytes -= resident.bytes();
  }

  /** What is here. */
  Snapshot snapshot() {
    List<Snapshot.Held> held = models.values().stream().map(ResidentModel::held).toList();
    return new Snapshot(name(), budgetBytes, usedBytes, peakBytes, held);
  }

  private String name() {
    return device.isGpu() ? "cuda:" + device.getDeviceId() : device.getDeviceType();
  }
}
