package dev.atelier.models.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import org.junit.jupiter.api.Test;

class OutOfMemoryTest {
  /** More than any address space has. */
  private static final Shape HUGE = new Shape(1L << 48);

  @Test
  void whatLibtorchCannotAllocateIsToldFromOtherFaultsAndTheNextArrayIsMade() {
    try (ComputeDevice device = ComputeDevice.open(Device.cpu())) {
      RuntimeException memory =
          assertThrows(
              RuntimeException.class, () -> device.manager().create(HUGE, DataType.FLOAT32));
      assertTrue(OutOfMemory.caused(memory), memory.toString());
      assertFalse(OutOfMemory.ofJvm(memory));
      device.releaseUnused();
      try (NDArray three = device.manager().create(new float[] {1, 2, 3});
          NDArray two = device.manager().create(new float[] {1, 2})) {
        RuntimeException other = assertThrows(RuntimeException.class, () -> three.add(two));
        assertFalse(OutOfMemory.caused(other), other.toString());
        assertEquals(6, three.sum().getFloat());
      }
    }
  }

  @Test
  void whatTheJvmCannotAllocateIsFoundAmongTheCauses() {
    var thrown = new IllegalStateException("loading", new OutOfMemoryError("Map failed"));
    assertTrue(OutOfMemory.caused(thrown));
    assertTrue(OutOfMemory.ofJvm(thrown));
    assertFalse(OutOfMemory.caused(new IllegalStateException("loading")));
  }
}
