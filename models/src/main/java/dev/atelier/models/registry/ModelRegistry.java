package dev.atelier.models.registry;

import ai.djl.Device;
import java.time.Clock;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The only owner of weights in the memory of one device. Leasing, giving back and closing happen on
 * the engine's one thread; {@link #snapshot}, {@link #snapshots} and {@link #onChange} may be
 * called from any.
 *
 * <p>Whoever needs weights says {@code try (var lease = registry.lease(key))} and uses {@code
 * lease.model()} inside; nothing else keeps weights in memory, and nothing that is leased goes.
 */
public final class ModelRegistry implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(ModelRegistry.class);

  private final Device device;
  private final long budgetBytes;
  private final HostTier host;
  private final Clock clock;

  /** Least recently used first: an entry moves to the end when it is leased or given back. */
  private final Map<ModelKey<?>, Entry> entries = new LinkedHashMap<>();

  private final List<Consumer<Snapshot>> listeners = new CopyOnWriteArrayList<>();
  private volatile List<Snapshot> snapshots;
  private long usedBytes;
  private long peakBytes;
  private long lastId;
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
    this.budgetBytes = budget.deviceBytes();
    this.host = new HostTier(budget.hostBytes());
    this.clock = clock;
    this.snapshots = takeSnapshots();
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
    Entry entry = entries.get(key);
    if (entry == null) {
      entry = load(key);
    }
    entry.leases++;
    entry.labels.add(key.label());
    touch(entry);
    Entry leased = entry;
    // Equal keys load the same type, as ModelKey asks for.
    @SuppressWarnings("unchecked")
    T model = (T) entry.model;
    publish();
    return new Lease<>(key, model, () -> release(leased));
  }

  /** Drops every model that nobody uses, on the device and in host memory. */
  public void evictUnused() {
    for (Entry entry : List.copyOf(entries.values())) {
      if (entry.leases == 0) {
        drop(entry);
      }
    }
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
    boolean freed =
        entries.values().stream()
            .filter(entry -> entry.id == id && entry.leases == 0)
            .findFirst()
            .map(
                entry -> {
                  drop(entry);
                  return true;
                })
            .orElseGet(() -> host.drop(id));
    publish();
    return freed;
  }

  /** What is held on the device now. May be called from any thread; never waits. */
  public Snapshot snapshot() {
    return snapshots.get(0);
  }

  /**
   * What is held now, on the device and, where models are moved there, in host memory. May be
   * called from any thread; never waits.
   */
  public List<Snapshot> snapshots() {
    return snapshots;
  }

  /**
   * Calls {@code listener} after every change, on the thread that made it, so it must be quick.
   *
   * @return ends the calls
   */
  public Runnable onChange(Consumer<Snapshot> listener) {
    listeners.add(listener);
    return () -> listeners.remove(listener);
  }

  /**
   * Gives back the memory of every model; one that is leased follows when its last lease is closed.
   */
  @Override
  public void close() {
    closed = true;
    evictUnused();
  }

  private Entry load(ModelKey<?> key) {
    // Before others move there and take its place.
    Optional<HostCopy> copy = host.give(key);
    Model model;
    try {
      makeRoom(key, copy.map(HostCopy::bytes).orElseGet(key::expectedBytes));
      loading = true;
      model = Objects.requireNonNull(copy.map(HostCopy::restore).orElseGet(() -> key.load(device)));
    } finally {
      copy.ifPresent(HostCopy::close);
      loading = false;
      publish(); // Models that made room are gone even if this one did not come.
    }
    try {
      long bytes = model.bytes();
      if (bytes < 0) {
        throw new IllegalStateException(key.label() + " takes " + bytes + " bytes");
      }
      makeRoom(key, bytes); // It may have turned out larger than expected.
      Entry entry = new Entry(++lastId, key, model, bytes);
      entries.put(key, entry);
      usedBytes += bytes;
      peakBytes = Math.max(peakBytes, usedBytes);
      return entry;
    } catch (RuntimeException e) {
      close(key, model);
      throw e;
    }
  }

  /** Evicts nothing unless that is enough. */
  private void makeRoom(ModelKey<?> key, long bytes) {
    long pinned = entries.values().stream().filter(e -> e.leases > 0).mapToLong(e -> e.bytes).sum();
    if (bytes > budgetBytes - pinned) {
      throw new MemoryBudgetException(key.label(), bytes, snapshot());
    }
    evict(bytes - (budgetBytes - usedBytes));
  }

  private void evict(long bytes) {
    long evicted = 0;
    for (Entry oldest : List.copyOf(entries.values())) {
      if (evicted >= bytes) {
        return;
      }
      if (oldest.leases == 0) {
        evicted += oldest.bytes;
        offload(oldest);
      }
    }
  }

  private void offload(Entry entry) {
    forget(entry);
    if (!host.take(entry.key, entry.model, entry.held())) {
      close(entry.key, entry.model);
    }
  }

  private void release(Entry entry) {
    entry.leases--;
    touch(entry);
    if (closed && entry.leases == 0) {
      drop(entry);
    }
    publish();
  }

  private void touch(Entry entry) {
    entry.lastUsed = clock.instant();
    entries.remove(entry.key);
    entries.put(entry.key, entry);
  }

  private void drop(Entry entry) {
    forget(entry);
    close(entry.key, entry.model);
  }

  private void forget(Entry entry) {
    entries.remove(entry.key);
    usedBytes -= entry.bytes;
  }

  private static void close(ModelKey<?> key, Model model) {
    try {
      model.close();
    } catch (RuntimeException e) {
      // The picture that needed the room is not to blame.
      log.error("Closing {} failed", key.label(), e);
    }
  }

  private void publish() {
    List<Snapshot> now = takeSnapshots();
    if (now.equals(snapshots)) {
      return;
    }
    snapshots = now;
    for (Consumer<Snapshot> listener : listeners) {
      try {
        listener.accept(now.get(0));
      } catch (RuntimeException e) {
        log.error("A listener to the model registry failed", e);
      }
    }
  }

  private List<Snapshot> takeSnapshots() {
    List<Snapshot.Held> held = entries.values().stream().map(Entry::held).toList();
    var here = new Snapshot(name(device), budgetBytes, usedBytes, peakBytes, held);
    return Stream.concat(Stream.of(here), host.snapshot().stream()).toList();
  }

  private static String name(Device device) {
    return device.isGpu() ? "cuda:" + device.getDeviceId() : device.getDeviceType();
  }

  private static final class Entry {
    final long id;
    final ModelKey<?> key;
    final Model model;
    final long bytes;
    final Set<String> labels = new LinkedHashSet<>();
    int leases;
    Instant lastUsed;

    Entry(long id, ModelKey<?> key, Model model, long bytes) {
      this.id = id;
      this.key = key;
      this.model = model;
      this.bytes = bytes;
    }

    Snapshot.Held held() {
      return new Snapshot.Held(id, List.copyOf(labels), bytes, leases, lastUsed);
    }
  }
}
