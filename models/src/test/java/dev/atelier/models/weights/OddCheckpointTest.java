package dev.atelier.models.weights;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A model of sizes that no known one has: nothing is assumed of levels, layers, widths, heads. */
class OddCheckpointTest {
  private static final RandomCheckpoint ODD = RandomCheckpoint.odd(1);

  @TempDir static Path folder;
  private static DiffusersFolder diffusers;
  private static SingleFile single;

  @BeforeAll
  static void write() throws IOException {
    ODD.writeFolder(folder.resolve("odd"));
    diffusers = DiffusersFolder.open(folder.resolve("odd"));
    Path file = folder.resolve("odd.safetensors");
    new CheckpointWriter(diffusers).writeSingleFile(file);
    // Without the metadata, so that the shapes alone speak.
    Path bare = folder.resolve("bare.safetensors");
    var writer = new SafetensorsWriter();
    try (WeightSource source = WeightSource.open(file)) {
      for (String name : source.names()) {
        writer.add(source.info(name), to -> source.copy(name, to));
      }
      writer.write(bare);
    }
    single = SingleFile.open(bare);
  }

  @Test
  void theShapesSayItsSizes() {
    assertEquals(ODD.unet(), diffusers.unet());
    assertEquals(ODD.vae(), diffusers.vae());
    assertEquals(ODD.textEncoder(), diffusers.textEncoder());
    assertEquals(ODD.unet(), single.unet());
    assertEquals(ODD.vae(), single.vae());
    assertEquals(ODD.textEncoder(), single.textEncoder());
    assertEquals(new KeyReport(List.of(), List.of()), single.keys());
    assertEquals(new KeyReport(List.of(), List.of()), diffusers.keys());
  }

  @ParameterizedTest
  @EnumSource(Component.class)
  void everyTensorComesBack(Component component) throws IOException {
    Map<String, Shape> shapes = ODD.shapes(component);
    try (WeightSource separate = diffusers.open(component);
        WeightSource whole = single.open(component)) {
      assertEquals(shapes.keySet(), whole.names());
      for (String name : shapes.keySet()) {
        assertEquals(shapes.get(name), whole.info(name).shape(), name);
        assertArrayEquals(
            SingleFileTest.bytes(separate, name), SingleFileTest.bytes(whole, name), name);
      }
    }
  }
}
