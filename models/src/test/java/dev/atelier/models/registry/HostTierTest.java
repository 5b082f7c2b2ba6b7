package dev.atelier.models.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Models that make room go to host memory, and what does not fit there is gone. */
class HostTierTest {
  private final Slab.Store store = new Slab.Store();
  private final ModelRegistry registry = new ModelRegistry(Device.cpu(), new MemoryBudget(100, 80));

  private List<String> held(int memory) {
    return registry.snapshots().get(memory).models().stream().map(Snapshot.Held::key).toList();
  }

  private void use(String label, int bytes) {
    registry.lease(store.key(label, bytes)).close();
  }

  @Test
  void whatMakesRoomGoesToTheHostAndComesBackFromThere() {
    use("a", 60);
    use("b", 60);
    assertEquals(List.of("b"), held(0));
    assertEquals(List.of("a"), held(1));
    assertEquals("host", registry.snapshots().get(1).device());
    assertEquals(60, registry.snapshots().get(1).usedBytes());

    use("a", 60);
    assertEquals(List.of("a"), held(0));
    assertEquals(List.of("b"), held(1));
    assertEquals(2, store.loaded, "a was loaded from its file once");
  }

  @Test
  void whatHasBeenOnTheHostLongestMakesRoomThere() {
    use("a", 40);
    use("b", 60);
    use("c", 100);
    assertEquals(List.of("b"), held(1), "a and b together are more than 80");
    assertEquals(60, store.hostBytes());
    use("a", 40);
    assertEquals(4, store.loaded, "a was gone");
    assertEquals(List.of("b"), held(1), "c is larger than the host's budget and is gone");
  }

  @Test
  void leasedModelsStayWhereTheyAre() {
    try (Lease<Slab> lease = registry.lease(store.key("a", 60))) {
      assertThrows(MemoryBudgetException.class, () -> registry.lease(store.key("b", 60)));
      assertTrue(store.alive.contains(lease.model()));
      assertFalse(registry.free(registry.snapshot().models().get(0).id()));
    }
    assertEquals(List.of(), held(1));
  }

  @Test
  void oneModelCanBeFreedInEitherMemory() {
    use("a", 60);
    use("b", 60);
    assertTrue(registry.free(registry.snapshots().get(1).models().get(0).id()));
    assertEquals(0, store.hostBytes());
    long id = registry.snapshot().models().get(0).id();
    assertTrue(registry.free(id));
    assertFalse(registry.free(id));
    assertEquals(0, store.aliveBytes());
    assertEquals(List.of(), held(1), "what is freed is not kept on the host either");
  }

  @Test
  void evictingAllEmptiesBothMemoriesAndThePeaksStay() {
    use("a", 60);
    use("b", 80);
    registry.evictUnused();
    for (Snapshot memory : registry.snapshots()) {
      assertEquals(0, memory.usedBytes());
    }
    assertEquals(0, store.aliveBytes() + store.hostBytes());
    assertEquals(80, registry.snapshots().get(0).peakBytes());
    assertEquals(60, registry.snapshots().get(1).peakBytes());
  }

  /** Whatever is used in whatever order: both books are right, and nothing is lost or kept. */
  @Test
  void theBooksAreRightInBothMemories() {
    var random = new Random(1);
    for (int i = 0; i < 5000; i++) {
      int which = random.nextInt(9);
      switch (random.nextInt(20)) {
        case 0 -> registry.evictUnused();
        case 1 -> registry.free(random.nextInt(5000));
        default -> use("m" + which, 10 + 9 * which);
      }
      List<Snapshot> now = registry.snapshots();
      assertEquals(store.aliveBytes(), now.get(0).usedBytes());
      assertEquals(store.hostBytes(), now.get(1).usedBytes());
      assertTrue(now.stream().allMatch(each -> each.usedBytes() <= each.budgetBytes()));
    }
    registry.close();
    assertEquals(0, store.aliveBytes() + store.hostBytes());
  }
}
