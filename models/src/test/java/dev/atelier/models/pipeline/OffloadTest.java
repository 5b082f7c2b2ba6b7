package dev.atelier.models.pipeline;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import dev.atelier.models.engine.ComputeDevice;
import dev.atelier.models.registry.Lease;
import dev.atelier.models.registry.MemoryBudget;
import dev.atelier.models.registry.ModelRegistry;
import dev.atelier.models.registry.Snapshot;
import dev.atelier.models.registry.Snapshot.Held;
import dev.atelier.models.text.PromptEncoder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Networks that go to host memory and come back. What a GPU's networks do, a text encoder does on
 * the CPU, too; UNets and VAEs are laid out for the CPU there and are loaded from their files
 * again.
 */
class OffloadTest {
  @Test
  void aTextEncoderComesBackFromTheHostWithoutItsFile(@TempDir Path folder) throws Exception {
    Pictures.writeCheckpoint(1, folder);
    try (ComputeDevice device = ComputeDevice.open()) {
      Checkpoint checkpoint = Checkpoint.open(folder, device);
      var text = checkpoint.promptEncoder();
      var unet = checkpoint.unet();
      // The larger of the two fits, and not both.
      long room = Math.max(text.expectedBytes(), unet.expectedBytes());
      try (var registry =
          new ModelRegistry(device.device(), new MemoryBudget(room, text.expectedBytes()))) {
        float[] before = encode(device, registry.lease(text));
        registry.lease(unet).close();
        assertEquals(List.of(text.label()), held(registry.snapshots().get(1)));

        Files.delete(folder.resolve("text_encoder/model.safetensors"));
        assertArrayEquals(before, encode(device, registry.lease(text)));
        assertEquals(List.of(text.label()), held(registry.snapshot()));
        assertEquals(0, registry.snapshots().get(1).usedBytes());
        assertTrue(registry.snapshot().usedBytes() <= room);
      }
    }
  }

  private static List<String> held(Snapshot snapshot) {
    return snapshot.models().stream().map(Held::key).toList();
  }

  private static float[] encode(ComputeDevice device, Lease<PromptEncoder> lease) {
    try (lease;
        var scope = new NDScope();
        NDManager manager = device.manager().newSubManager()) {
      scope.suppressNotUsedWarning();
      return lease.model().encode(manager, List.of("a robot")).toFloatArray();
    }
  }
}
