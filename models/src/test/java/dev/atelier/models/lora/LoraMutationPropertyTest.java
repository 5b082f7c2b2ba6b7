package dev.atelier.models.lora;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.atelier.models.Golden;
import dev.atelier.models.engine.ComputeDevice;
import dev.atelier.models.weights.CheckpointFiles;
import dev.atelier.models.weights.StoredType;
import dev.atelier.models.weights.WeightsException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/** Whatever is done to a LoRA's file, it is used as what it then says or refused by a sentence. */
class LoraMutationPropertyTest {
  private static final String MODULE = "lora_unet_down_blocks_0_resnets_0_conv1";
  private static final String PARAMETER = "down_blocks.0.resnets.0.conv1.weight";
  private static final Shape SHAPE = new Shape(32, 32, 3, 3);
  private static Path file;
  private static byte[] bytes;
  private static ComputeDevice device;
  private static CheckpointFiles model;

  @BeforeContainer
  static void open() throws IOException {
    file = Files.createTempFile("mutated", ".safetensors");
    var lora = new LoraBytes(StoredType.F16, 1);
    lora.add(MODULE + ".lora_up.weight", 32, 2, 1, 1);
    lora.add(MODULE + ".lora_mid.weight", 2, 2, 3, 3);
    lora.add(MODULE + ".lora_down.weight", 2, 32, 1, 1);
    lora.add(MODULE + ".dora_scale", 32, 1, 1, 1);
    lora.put(MODULE + ".alpha", new double[] {1});
    bytes = lora.bytes();
    device = ComputeDevice.open().inFloat32();
    model = CheckpointFiles.open(Golden.file("model"));
  }

  @AfterContainer
  static void close() throws IOException {
    device.close();
    Files.deleteIfExists(file);
  }

  /** In the header, where it matters: the file is small. */
  @Property(tries = 500)
  void aChangedByte(@ForAll @IntRange(max = 700) int place, @ForAll byte value) throws Exception {
    byte[] mutated = bytes.clone();
    mutated[place] = value;
    check(mutated);
  }

  @Property(tries = 200)
  void aChangedDigit(
      @ForAll @IntRange(min = 8, max = 700) int from, @ForAll @IntRange(max = 9) int d)
      throws Exception {
    byte[] mutated = bytes.clone();
    for (int i = from; i < mutated.length; i++) {
      if (mutated[i] >= '0' && mutated[i] <= '9') {
        mutated[i] = (byte) ('0' + d);
        break;
      }
    }
    check(mutated);
  }

  @Property(tries = 50)
  void aFileCutShort(@ForAll @IntRange(max = 1500) int length) throws Exception {
    check(Arrays.copyOf(bytes, Math.min(length, bytes.length - 1)));
  }

  private static void check(byte[] mutated) throws IOException {
    Files.write(file, mutated);
    LoraFile.inspect(file).problem().ifPresent(LoraMutationPropertyTest::assertSentence);
    try (LoraSet loras =
            LoraSet.open(
                List.of(new LoraUse(file, 1, 1)), model.unet(), model.textEncoder(), device);
        NDManager manager = device.manager().newSubManager()) {
      NDArray into = manager.zeros(SHAPE);
      if (!loras.unet().changes(PARAMETER).isEmpty()) {
        loras.unet().write(PARAMETER, manager.ones(SHAPE).toType(DataType.FLOAT16, false), into);
        assertEquals(SHAPE, into.getShape());
      }
    } catch (WeightsException e) {
      assertSentence(e.getMessage());
    }
  }

  private static void assertSentence(String message) {
    assertTrue(message.contains(file.getFileName() + ": "), message);
    assertTrue(message.endsWith(".") && message.length() < 500, message);
    assertTrue(message.chars().noneMatch(Character::isISOControl), message);
  }
}
