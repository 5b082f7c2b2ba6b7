package dev.atelier.models.registry;

import ai.djl.Device;
import java.time.Clock;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * The only owner of weights in the memory of one device. Leasing, giving back and closing happen on
 * the engine's one thread; {@link #snapshot}, {@link #snapshots} and {@link #onChange} may be
 * called from any.
 *
 * <p>Whoever needs weights says {@code try (var lease = registry.lease(key))} and uses {@code
 * lease.model()} inside; nothing else keeps weights in memory, and nothing that is leased goes.
 */
public final class ModelRegistry implements AutoCloseable {
  private final Device device;
  private final DeviceTier models;
  private final HostTier host;
  private final SnapshotFeed feed;
  private boolean loading;
  private boolean closed;

  /**
   * A registry that evicts to nowhere: what it needs again is loaded from its files again.
   *
   * @param device where the models are
   * @param budgetBytes most that they may take together, see {@link MemoryBudget}
   */
  public ModelRegistry(Device device, long budgetBytes) {
    this(device, new MemoryBudget(budgetBytes, 0));
  }

  /**
   * @param device where the models are
   * @param budget most that they may take together, there and in host memory
   */
  public ModelRegistry(Device device, MemoryBudget budget) {
    this(device, budget, Clock.systemUTC());
  }

  ModelRegistry(Device device, MemoryBudget budget, Clock clock) {
    this.device = Objects.requireNonNull(device);
    this.host = new HostTier(budget.hostBytes());
    this.models = new DeviceTier(device, budget.deviceBytes(), host, clock);
    this.feed = new SnapshotFeed(takeSnapshots());
  }

  /** Where the models are. */
  public Device device() {
    return device;
  }

  /**
   * Leases a model, loading it if it is not in memory. Models that nobody uses are evicted, least
   * recently used first, if that makes the room it needs; they go to host memory where there is
   * room for them, and come back from there.
   *
   * @throws MemoryBudgetException when there is no room and none can be made
   * @throws RuntimeException whatever loading throws; the registry is as it was before, but for
   *     models that had to make room
   */
  public <T extends Model> Lease<T> lease(ModelKey<T> key) {
    if (closed) {
      throw new IllegalStateException("The model registry is closed");
    }
    if (loading) {
      throw new IllegalStateException("A model leased " + key.label() + " while it was loaded");
    }
    ResidentModel resident = models.find(key).orElseGet(() -> load(key));
    resident.lease(key.label());
    models.touch(resident);
    // Equal keys load the same type, as ModelKey asks for.
    @SuppressWarnings("unchecked")
    T model = (T) resident.model();
    publish();
    return new Lease<>(key, model, () -> release(resident));
  }

  private ResidentModel load(ModelKey<?> key) {
    // Before others move there and take its place.
    Optional<HostCopy> copy = host.give(key);
    Model model;
    try {
      models.makeRoom(key, copy.map(HostCopy::bytes).orElseGet(key::expectedBytes));
      loading = true;
      model = Objects.requireNonNull(copy.map(HostCopy::restore).orElseGet(() -> key.load(device)));
    } finally {
      copy.ifPresent(HostCopy::close);
      loading = false;
      publish(); // Models that made room are gone even if this one did not come.
    }
    return models.take(key, model);
  }

  private void release(ResidentModel resident) {
    resident.release();
    models.touch(resident);
    if (closed && !resident.leased()) {
      models.drop(resident);
    }
    publish();
  }

  /** Drops every model that nobody uses, on the device and in host memory. */
  public void evictUnused() {
    models.dropUnused();
    host.clear();
    publish();
  }

  /**
   * Drops one model that nobody uses.
   *
   * @param id of {@link Snapshot.Held}
   * @return whether it was there and is gone; not while it is leased
   */
  public boolean free(long id) {
    boolean freed = models.drop(id) || host.drop(id);
    publish();
    return freed;
  }

  /** What is held on the device now. May be called from any thread; never waits. */
  public Snapshot snapshot() {
    return feed.latest().get(0);
  }

  /**
   * What is held now, on the device and, where models are moved there, in host memory. May be
   * called from any thread; never waits.
   */
  public List<Snapshot> snapshots() {
    return feed.latest();
  }

  /**
   * Calls {@code listener} after every change, on the thread that made it, so it must be quick.
   *
   * @return ends the calls
   */
  public Runnable onChange(Consumer<Snapshot> listener) {
    return feed.listen(listener);
  }

  /**
   * Gives back the memory of every model; one that is leased follows when its last lease is closed.
   */
  @Override
  public void close() {
    closed = true;
    evictUnused();
  }

  private void publish() {
    feed.publish(takeSnapshots());
  }

  private List<Snapshot> takeSnapshots() {
    return Stream.concat(Stream.of(models.snapshot()), host.snapshot().stream()).toList();
  }
}
