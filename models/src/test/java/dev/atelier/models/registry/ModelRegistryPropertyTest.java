package dev.atelier.models.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.constraints.IntRange;

/** Whatever the order of leases, closes, evictions and failures, the books are right. */
class ModelRegistryPropertyTest {
  private enum Deed {
    LEASE,
    LEASE_BROKEN,
    CLOSE,
    EVICT_UNUSED
  }

  private record Step(Deed deed, int which, int expected) {}

  @Provide
  Arbitrary<List<Step>> steps() {
    Arbitrary<Deed> deeds =
        Arbitraries.frequency(
            Tuple.of(10, Deed.LEASE),
            Tuple.of(1, Deed.LEASE_BROKEN),
            Tuple.of(8, Deed.CLOSE),
            Tuple.of(1, Deed.EVICT_UNUSED));
    return Combinators.combine(
            deeds, Arbitraries.integers().between(0, 7), Arbitraries.integers().between(0, 60))
        .as(Step::new)
        .list()
        .ofMaxSize(60);
  }

  @Property(tries = 2000)
  void usedBytesAreTheSumAndWithinTheBudget(
      @ForAll("steps") List<Step> steps, @ForAll @IntRange(min = 1, max = 120) int budget) {
    var store = new Slab.Store();
    var registry = new ModelRegistry(Device.cpu(), budget);
    List<Lease<Slab>> open = new ArrayList<>();
    for (Step step : steps) {
      List<Snapshot.Held> before = registry.snapshot().models();
      switch (step.deed()) {
        case LEASE -> lease(registry, store, step, open);
        case LEASE_BROKEN -> tryLease(registry, new Slab.Broken("broken", step.expected()), open);
        case CLOSE -> {
          if (!open.isEmpty()) {
            // Every other close is a second one, which must not count.
            Lease<Slab> lease = open.remove(step.which() % open.size());
            lease.close();
            lease.close();
          }
        }
        case EVICT_UNUSED -> registry.evictUnused();
      }
      check(registry, store, open, before, budget);
    }
    registry.close();
    open.forEach(Lease::close);
    assertEquals(0, registry.snapshot().usedBytes());
    assertTrue(store.alive.isEmpty());
  }

  /** Model {@code which} always has the same size, though what is expected of it may be wrong. */
  private static void lease(
      ModelRegistry registry, Slab.Store store, Step step, List<Lease<Slab>> open) {
    int bytes = step.which() * 9;
    var key =
        new Slab.Key("m" + step.which(), step.which() % 3 == 0 ? bytes / 2 : bytes, bytes, store);
    long others =
        registry.snapshot().models().stream()
            .filter(held -> held.leases() > 0 && !held.key().equals(key.label()))
            .mapToLong(Snapshot.Held::bytes)
            .sum();
    boolean fits = others + bytes <= registry.snapshot().budgetBytes();
    assertEquals(fits, tryLease(registry, key, open), "a lease is given if and only if it fits");
  }

  private static boolean tryLease(
      ModelRegistry registry, ModelKey<Slab> key, List<Lease<Slab>> open) {
    try {
      open.add(registry.lease(key));
      return true;
    } catch (MemoryBudgetException | UnsupportedOperationException e) {
      return false;
    }
  }

  private static void check(
      ModelRegistry registry,
      Slab.Store store,
      List<Lease<Slab>> open,
      List<Snapshot.Held> before,
      int budget) {
    Snapshot now = registry.snapshot();
    assertEquals(store.aliveBytes(), now.usedBytes());
    assertEquals(now.usedBytes(), now.models().stream().mapToLong(Snapshot.Held::bytes).sum());
    assertEquals(open.size(), now.models().stream().mapToInt(Snapshot.Held::leases).sum());
    assertTrue(now.usedBytes() <= budget);
    for (Lease<Slab> lease : open) {
      assertTrue(store.alive.contains(lease.model()), "what is leased is alive");
    }
    for (Snapshot.Held held : before) {
      boolean gone = now.models().stream().noneMatch(m -> m.key().equals(held.key()));
      assertTrue(!gone || held.leases() == 0, "what was leased has not been evicted");
    }
  }
}
