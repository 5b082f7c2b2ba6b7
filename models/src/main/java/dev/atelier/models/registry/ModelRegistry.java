package dev.atelier.models.registry;

import ai.djl.Device;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The only owner of weights in the memory of one device. Leasing, giving back and closing happen on
 * the engine's one thread; {@link #snapshot} and {@link #onChange} may be called from any.
 */
public final class ModelRegistry implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(ModelRegistry.class);

  private final Device device;
  private final long budgetBytes;
  private final Clock clock;

  /** Least recently used first: an entry moves to the end when it is leased or given back. */
  private final Map<ModelKey<?>, Entry> entries = new LinkedHashMap<>();

  private final List<Consumer<Snapshot>> listeners = new CopyOnWriteArrayList<>();
  private volatile Snapshot snapshot;
  private long usedBytes;
  private boolean loading;
  private boolean closed;

  /**
   * @param device where the models are
   * @param budgetBytes most that they may take together, see {@link MemoryBudget}
   */
  public ModelRegistry(Device device, long budgetBytes) {
    this(device, budgetBytes, Clock.systemUTC());
  }

  ModelRegistry(Device device, long budgetBytes, Clock clock) {
    if (budgetBytes <= 0) {
      throw new IllegalArgumentException("The budget must be above 0 bytes, not " + budgetBytes);
    }
    this.device = Objects.requireNonNull(device);
    this.budgetBytes = budgetBytes;
    this.clock = clock;
    this.snapshot = takeSnapshot();
  }

  /** Where the models are. */
  public Device device() {
    return device;
  }

  /**
   * Leases a model, loading it if it is not in memory. Models that nobody uses are evicted, least
   * recently used first, if that makes the room it needs.
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
    touch(entry);
    Entry leased = entry;
    // Equal keys load the same type, as ModelKey asks for.
    @SuppressWarnings("unchecked")
    T model = (T) entry.model;
    publish();
    return new Lease<>(key, model, () -> release(leased));
  }

  /** Evicts every model that nobody uses. */
  public void evictUnused() {
    evict(Long.MAX_VALUE);
    publish();
  }

  /** What is held now. May be called from any thread; never waits. */
  public Snapshot snapshot() {
    return snapshot;
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
    long expected = key.expectedBytes();
    makeRoom(key, expected);
    Model model;
    loading = true;
    try {
      model = Objects.requireNonNull(key.load(device), "model");
    } finally {
      loading = false;
      publish(); // Models that made room are gone even if this one did not come.
    }
    try {
      long bytes = model.bytes();
      if (bytes < 0) {
        throw new IllegalStateException(key.label() + " takes " + bytes + " bytes");
      }
      makeRoom(key, bytes); // It may have turned out larger than expected.
      Entry entry = new Entry(key, model, bytes);
      entries.put(key, entry);
      usedBytes += bytes;
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
      throw new MemoryBudgetException(key.label(), bytes, snapshot);
    }
    evict(bytes - (budgetBytes - usedBytes));
  }

  private void evict(long bytes) {
    long evicted = 0;
    Iterator<Entry> oldestFirst = new ArrayList<>(entries.values()).iterator();
    while (evicted < bytes && oldestFirst.hasNext()) {
      Entry entry = oldestFirst.next();
      if (entry.leases == 0) {
        evicted += entry.bytes;
        remove(entry);
      }
    }
  }

  private void release(Entry entry) {
    entry.leases--;
    touch(entry);
    if (closed && entry.leases == 0) {
      remove(entry);
    }
    publish();
  }

  private void touch(Entry entry) {
    entry.lastUsed = clock.instant();
    entries.remove(entry.key);
    entries.put(entry.key, entry);
  }

  private void remove(Entry entry) {
    entries.remove(entry.key);
    usedBytes -= entry.bytes;
    close(entry.key, entry.model);
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
    Snapshot now = takeSnapshot();
    if (now.equals(snapshot)) {
      return;
    }
    snapshot = now;
    for (Consumer<Snapshot> listener : listeners) {
      try {
        listener.accept(now);
      } catch (RuntimeException e) {
        log.error("A listener to the model registry failed", e);
      }
    }
  }

  private Snapshot takeSnapshot() {
    List<Snapshot.Held> held =
        entries.values().stream()
            .map(e -> new Snapshot.Held(e.key.label(), e.bytes, e.leases, e.lastUsed))
            .toList();
    return new Snapshot(name(device), budgetBytes, usedBytes, held);
  }

  private static String name(Device device) {
    return device.isGpu() ? "cuda:" + device.getDeviceId() : device.getDeviceType();
  }

  private static final class Entry {
    final ModelKey<?> key;
    final Model model;
    final long bytes;
    int leases;
    Instant lastUsed;

    Entry(ModelKey<?> key, Model model, long bytes) {
      this.key = key;
      this.model = model;
      this.bytes = bytes;
    }
  }
}
