package dev.atelier.models.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class ModelRegistryTest {
  private final Slab.Store store = new Slab.Store();
  private final ModelRegistry registry = new ModelRegistry(Device.cpu(), 100);

  private List<String> held() {
    return registry.snapshot().models().stream().map(Snapshot.Held::key).toList();
  }

  @Test
  void leasesOfEqualKeysShareOneModel() {
    try (Lease<Slab> first = registry.lease(store.key("unet", 60));
        Lease<Slab> second = registry.lease(store.key("unet", 60))) {
      assertSame(first.model(), second.model());
      assertEquals(60, registry.snapshot().usedBytes());
      assertEquals(2, registry.snapshot().models().get(0).leases());
    }
    assertEquals(0, registry.snapshot().models().get(0).leases());
    assertEquals(60, store.aliveBytes());
  }

  @Test
  void aClosedLeaseCannotBeUsedAndClosesOnce() {
    Lease<Slab> other = registry.lease(store.key("unet", 60));
    Lease<Slab> lease = registry.lease(store.key("unet", 60));
    lease.close();
    lease.close();

    var e = assertThrows(IllegalStateException.class, lease::model);
    assertEquals("The lease of unet is closed", e.getMessage());
    assertEquals(1, registry.snapshot().models().get(0).leases());
    other.close();
  }

  @Test
  void aModelThatNobodyUsesStaysUntilItsRoomIsNeeded() {
    Slab first;
    try (Lease<Slab> lease = registry.lease(store.key("unet", 60))) {
      first = lease.model();
    }
    try (Lease<Slab> again = registry.lease(store.key("unet", 60))) {
      assertSame(first, again.model());
    }
    registry.lease(store.key("other", 70)).close();
    assertEquals(List.of("other"), held());
    try (Lease<Slab> reloaded = registry.lease(store.key("unet", 60))) {
      assertNotSame(first, reloaded.model());
    }
  }

  @Test
  void theLeastRecentlyUsedModelIsEvictedFirst() {
    registry.lease(store.key("a", 30)).close();
    registry.lease(store.key("b", 30)).close();
    registry.lease(store.key("c", 30)).close();
    registry.lease(store.key("a", 30)).close();

    registry.lease(store.key("d", 20)).close();

    assertEquals(List.of("c", "a", "d"), held());
    assertEquals(80, store.aliveBytes());
  }

  @Test
  void aLeasedModelIsNotEvicted() {
    try (Lease<Slab> lease = registry.lease(store.key("old", 30))) {
      registry.lease(store.key("new", 30)).close();
      registry.lease(store.key("large", 60)).close();
      assertEquals(List.of("old", "large"), held());
      assertTrue(store.alive.contains(lease.model()));
    }
  }

  @Test
  void noRoomIsAnErrorThatSaysWhatIsInUseAndEvictsNothing() {
    registry.lease(store.key("idle", 10)).close();
    try (Lease<Slab> lease = registry.lease(store.key("storybook/unet", 60))) {
      var e =
          assertThrows(
              MemoryBudgetException.class, () -> registry.lease(store.key("other/unet", 50)));
      assertEquals(
          "other/unet needs 50 bytes, but of the 100 bytes that models may take on cpu these are"
              + " in use: storybook/unet (60 bytes); try again when they are free, use a smaller"
              + " model or allow more memory.",
          e.getMessage());
      assertEquals(50, e.neededBytes());
      assertEquals(List.of("idle", "storybook/unet"), held());
      assertEquals(60, lease.model().bytes());
    }
  }

  @Test
  void aModelLargerThanTheBudgetIsAnErrorOfItsOwn() {
    var e =
        assertThrows(MemoryBudgetException.class, () -> registry.lease(store.key("huge", 1 << 20)));
    assertEquals(
        "huge needs 1.0 MB, more than the 100 bytes that models may take on cpu; use a smaller"
            + " model or allow more memory.",
        e.getMessage());
  }

  @Test
  void aLoadThatThrowsLeavesNothingBehind() {
    registry.lease(store.key("idle", 80)).close();
    var e =
        assertThrows(
            UnsupportedOperationException.class,
            () -> registry.lease(new Slab.Broken("broken", 50)));
    assertEquals("broken is broken", e.getMessage());
    assertEquals(List.of(), held());
    assertEquals(0, registry.snapshot().usedBytes());
    registry.lease(store.key("next", 100)).close();
    assertEquals(List.of("next"), held());
  }

  @Test
  void aModelLargerThanExpectedStillGetsRoomOrGoesAgain() {
    registry.lease(store.key("idle", 50)).close();
    registry.lease(new Slab.Key("grown", 10, 70, store)).close();
    assertEquals(List.of("grown"), held());

    var lying = new Slab.Key("lying", 10, 101, store);
    assertThrows(MemoryBudgetException.class, () -> registry.lease(lying));
    assertEquals(registry.snapshot().usedBytes(), store.aliveBytes());
  }

  @Test
  void loadingMustNotLease() {
    record Nested(ModelRegistry registry, Slab.Store store) implements ModelKey<Slab> {
      @Override
      public String label() {
        return "nested";
      }

      @Override
      public long expectedBytes() {
        return 10;
      }

      @Override
      public Slab load(Device device) {
        return registry.lease(store.key("inner", 10)).model();
      }
    }

    assertThrows(IllegalStateException.class, () -> registry.lease(new Nested(registry, store)));
    registry.lease(store.key("next", 10)).close();
    assertEquals(List.of("next"), held());
  }

  @Test
  void closingGivesEverythingBackButWaitsForLeases() {
    registry.lease(store.key("idle", 10)).close();
    Lease<Slab> lease = registry.lease(store.key("busy", 10));

    registry.close();

    assertEquals(List.of("busy"), held());
    assertThrows(IllegalStateException.class, () -> registry.lease(store.key("late", 10)));
    lease.close();
    assertEquals(0, registry.snapshot().usedBytes());
    assertEquals(0, store.aliveBytes());
  }

  @Test
  void listenersSeeEveryChangeAndOneThatFailsHarmsNobody() {
    List<Snapshot> seen = new ArrayList<>();
    registry.onChange(
        snapshot -> {
          throw new IllegalArgumentException("a listener's own trouble");
        });
    Runnable stop = registry.onChange(seen::add);

    registry.lease(store.key("a", 10)).close();
    assertEquals(2, seen.size());
    assertEquals(1, seen.get(0).models().get(0).leases());
    assertEquals(0, seen.get(1).models().get(0).leases());
    registry.evictUnused();
    assertEquals(List.of(), seen.get(2).models());

    stop.run();
    registry.lease(store.key("a", 10)).close();
    assertEquals(3, seen.size());
  }

  @Test
  void snapshotsFromOtherThreadsAlwaysAddUp() throws Exception {
    AtomicBoolean done = new AtomicBoolean();
    ExecutorService readers = Executors.newFixedThreadPool(3);
    List<Future<Long>> counts = new ArrayList<>();
    try {
      for (int i = 0; i < 3; i++) {
        counts.add(
            readers.submit(
                () -> {
                  long count = 0;
                  do {
                    Snapshot now = registry.snapshot();
                    assertEquals(
                        now.usedBytes(),
                        now.models().stream().mapToLong(Snapshot.Held::bytes).sum());
                    assertTrue(now.usedBytes() <= now.budgetBytes());
                    count++;
                  } while (!done.get());
                  return count;
                }));
      }
      for (int i = 0; i < 20_000; i++) {
        registry.lease(store.key("m" + i % 7, 10 + i % 7 * 5)).close();
      }
      done.set(true);
      for (Future<Long> count : counts) {
        assertTrue(count.get() > 0);
      }
    } finally {
      done.set(true);
      readers.shutdown();
    }
  }

  @Test
  void theDefaultBudgetIsAShareOfTheMachine() {
    long bytes = MemoryBudget.defaultBytes(Device.cpu());
    assertTrue(bytes > 1L << 28, "at least a quarter of a gigabyte, not " + bytes);
  }
}
