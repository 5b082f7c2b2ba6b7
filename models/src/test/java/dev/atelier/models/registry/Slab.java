package dev.atelier.models.registry;

import ai.djl.Device;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A model that is nothing but memory, and knows whether it has been given back. */
final class Slab implements Model {
  private final byte[] memory;
  private final Set<Slab> alive;
  private final Set<Slab> host;

  private Slab(int bytes, Set<Slab> alive, Set<Slab> host) {
    this.memory = new byte[bytes];
    this.alive = alive;
    this.host = host;
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

  @Override
  public Optional<HostCopy> offload() {
    close();
    return Optional.of(new Copy(this));
  }

  /** A slab in host memory; it counts as alive there. */
  private record Copy(Slab slab) implements HostCopy {
    Copy {
      slab.host.add(slab);
    }

    @Override
    public long bytes() {
      return slab.bytes();
    }

    @Override
    public Model restore() {
      return new Slab(slab.memory.length, slab.alive, slab.host);
    }

    @Override
    public void close() {
      if (!slab.host.remove(slab)) {
        throw new IllegalStateException("closed twice");
      }
    }
  }

  /** Where slabs come from; keeps those that have not been closed. */
  static final class Store {
    final Set<Slab> alive = ConcurrentHashMap.newKeySet();
    final Set<Slab> host = ConcurrentHashMap.newKeySet();

    /** How many were loaded, and not brought back from host memory. */
    int loaded;

    long aliveBytes() {
      return alive.stream().mapToLong(Slab::bytes).sum();
    }

    long hostBytes() {
      return host.stream().mapToLong(Slab::bytes).sum();
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
      store.loaded++;
      return new Slab(bytes, store.alive, store.host);
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
