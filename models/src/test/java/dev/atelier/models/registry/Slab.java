package dev.atelier.models.registry;

import ai.djl.Device;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A model that is nothing but memory, and knows whether it has been given back. */
final class Slab implements Model {
  private final byte[] memory;
  private final Set<Slab> alive;

  private Slab(int bytes, Set<Slab> alive) {
    this.memory = new byte[bytes];
    this.alive = alive;
    alive.add(this);
  }

  @Override
  public long bytes() {
    return memory.length;
  }

  @Override
  public void close() {
    if (!alive.remove(this)) {
      throw new IllegalStateException("closed twice");
    }
  }

  /** Where slabs come from; keeps those that have not been closed. */
  static final class Store {
    final Set<Slab> alive = ConcurrentHashMap.newKeySet();

    long aliveBytes() {
      return alive.stream().mapToLong(Slab::bytes).sum();
    }

    Key key(String label, int bytes) {
      return new Key(label, bytes, bytes, this);
    }
  }

  /** A slab that may turn out larger or smaller than expected. */
  record Key(String label, int expected, int bytes, Store store) implements ModelKey<Slab> {
    @Override
    public long expectedBytes() {
      return expected;
    }

    @Override
    public Slab load(Device device) {
      return new Slab(bytes, store.alive);
    }
  }

  /** A slab that cannot be loaded. */
  record Broken(String label, int expected) implements ModelKey<Slab> {
    @Override
    public long expectedBytes() {
      return expected;
    }

    @Override
    public Slab load(Device device) {
      throw new UnsupportedOperationException(label + " is broken");
    }
  }
}
