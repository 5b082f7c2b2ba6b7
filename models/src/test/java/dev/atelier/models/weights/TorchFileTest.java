package dev.atelier.models.weights;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.atelier.models.Golden;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TorchFileTest {
  private static final byte[] SIX_FLOATS =
      ByteBuffer.allocate(24)
          .order(ByteOrder.LITTLE_ENDIAN)
          .putFloat(0)
          .putFloat(1)
          .putFloat(2)
          .putFloat(3)
          .putFloat(4)
          .putFloat(5)
          .array();

  @TempDir Path temporary;

  private Path write(byte[] bytes) {
    return SafetensorsBytes.write(temporary.resolve("x.ckpt"), bytes);
  }

  private String fault(byte[] bytes) {
    Path file = write(bytes);
    var e = assertThrows(WeightsException.class, () -> WeightSource.open(file));
    String prefix = temporary.getFileName() + "/x.ckpt: ";
    assertTrue(e.getMessage().startsWith(prefix), e.getMessage());
    return e.getMessage().substring(prefix.length());
  }

  @Test
  void theReferencesCheckpointOfAVaeHoldsTheFoldersTensors() throws IOException {
    StandaloneVae vae = StandaloneVae.open(Golden.file("vae_only.ckpt"));
    DiffusersFolder folder = DiffusersFolder.open(Golden.file("model"));
    assertEquals(folder.vae(), vae.config());
    assertEquals(new KeyReport(List.of(), List.of()), vae.keys());
    try (WeightSource pickled = vae.open();
        WeightSource separate = folder.open(Component.VAE)) {
      assertEquals(new TreeSet<>(separate.names()), new TreeSet<>(pickled.names()));
      for (String name : separate.names()) {
        assertEquals(separate.info(name), pickled.info(name));
        assertArrayEquals(
            SingleFileTest.bytes(separate, name), SingleFileTest.bytes(pickled, name), name);
      }
    }
  }

  @Test
  void theDiffusersFoldersVaeIsAStandaloneOne() {
    StandaloneVae vae = StandaloneVae.open(Golden.file("model/vae"));
    assertEquals(DiffusersFolder.open(Golden.file("model")).vae(), vae.config());
    StandaloneVae file =
        StandaloneVae.open(Golden.file("model/vae/diffusion_pytorch_model.safetensors"));
    assertEquals(vae.config(), file.config());
  }

  @Test
  void tensorsAreReadWhateverTheirStrides() throws IOException {
    Path file =
        write(
            new TorchBytes()
                .add("rows", "FloatStorage", SIX_FLOATS, 0, new long[] {2, 3}, new long[] {3, 1})
                .add("turned", "FloatStorage", SIX_FLOATS, 0, new long[] {3, 2}, new long[] {1, 3})
                .add("tail", "FloatStorage", SIX_FLOATS, 4, new long[] {2}, new long[] {1})
                .add("empty", "FloatStorage", new byte[0], 0, new long[] {0, 7}, new long[] {7, 1})
                .add("scalar", "LongStorage", new byte[8], 0, new long[0], new long[0])
                .build());
    try (WeightSource source = WeightSource.open(file);
        NDManager manager = NDManager.newBaseManager()) {
      assertEquals(
          List.of("rows", "turned", "tail", "empty", "scalar"), List.copyOf(source.names()));
      assertEquals(
          new TensorInfo("turned", StoredType.F32, new Shape(3, 2), 24), source.info("turned"));
      assertArrayEquals(
          new float[] {0, 1, 2, 3, 4, 5},
          source.read(manager, "rows", DataType.FLOAT32).toFloatArray());
      assertArrayEquals(
          new float[] {0, 3, 1, 4, 2, 5},
          source.read(manager, "turned", DataType.FLOAT32).toFloatArray());
      assertArrayEquals(
          new float[] {4, 5}, source.read(manager, "tail", DataType.FLOAT32).toFloatArray());
      assertEquals(new Shape(0, 7), source.read(manager, "empty", DataType.FLOAT32).getShape());
      assertEquals(
          3f,
          ByteBuffer.wrap(SingleFileTest.bytes(source, "turned"))
              .order(ByteOrder.LITTLE_ENDIAN)
              .getFloat(4));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "posix, system",
    "os, system",
    "builtins, eval",
    "__builtin__, exec",
    "subprocess, Popen",
    "torch.storage, _load_from_bytes",
    "numpy.testing._private.utils, runstring",
  })
  void whatWouldRunIsRefusedByName(String module, String name) {
    byte[] pickle =
        new TorchBytes()
            .text("x")
            .global(module, name)
            .raw('(')
            .text("touch /tmp/owned")
            .raw('t', 'R')
            .pickle();
    assertEquals(
        "it would run "
            + module
            + "."
            + name
            + ", which no model file needs, so it is refused; get the model as safetensors.",
        fault(new TorchBytes().archive(pickle)));
  }

  @Test
  void whatWouldRunIsRefusedUnderStackGlobalToo() {
    byte[] pickle = new TorchBytes().text("x").text("os").text("system").raw(0x93).pickle();
    assertTrue(fault(new TorchBytes().archive(pickle)).startsWith("it would run os.system,"));
  }

  @ParameterizedTest
  @CsvSource({"'i', INST", "'o', OBJ", "'P', PERSID", "130, EXT1", "'I', INT", "151, NEXT_BUFFER"})
  void instructionsThatNoModelNeedsAreRefused(String opcode, String name) {
    int code = opcode.length() == 1 ? opcode.charAt(0) : Integer.parseInt(opcode);
    String fault = fault(new TorchBytes().archive(new byte[] {(byte) 0x80, 2, (byte) code, '.'}));
    assertTrue(
        fault.startsWith("its pickle has the instruction 0x%02x, which".formatted(code)), fault);
  }

  @Test
  void whatLightningLeavesBesideTheWeightsIsPassedOver() {
    byte[] file =
        new TorchBytes()
            .text("callbacks")
            .raw('}', '(')
            .global("pytorch_lightning.callbacks.model_checkpoint", "ModelCheckpoint")
            .raw('}', '(')
            .text("best_model_score")
            .global("numpy.core.multiarray", "scalar")
            .raw('(')
            .global("numpy", "dtype")
            .raw('(')
            .text("f8")
            .raw(0x89, 0x88, 't', 'R', '(', 'K', 3)
            .text("<")
            .raw('N', 'N', 'N', 't', 'b')
            .global("_codecs", "encode")
            .raw('(')
            .text("12345678")
            .text("latin1")
            .raw('t', 'R', 't', 'R', 'u', 'u')
            .add("weight", "FloatStorage", SIX_FLOATS, 0, new long[] {6}, new long[] {1})
            .build();
    try (WeightSource source = WeightSource.open(write(file))) {
      assertEquals(List.of("weight"), List.copyOf(source.names()));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "0, 7, 1", // longer than its storage
    "1, 6, 1",
    "0, 6, 2",
    "0, 9223372036854775807, 1",
    "0, 2, 9223372036854775807",
    "9223372036854775807, 1, 1",
    "0, 1000000000, 0", // repeats one number
    "-1, 6, 1",
  })
  void aTensorThatDoesNotFitItsStorageIsRefused(long offset, long length, long stride) {
    String fault =
        fault(
            new TorchBytes()
                .add(
                    "w",
                    "FloatStorage",
                    SIX_FLOATS,
                    offset,
                    new long[] {length},
                    new long[] {stride})
                .build());
    assertEquals("its tensor \"w\" does not fit into its storage, the file is damaged.", fault);
  }

  @Test
  void theVectorsOfATextualInversionAreFound() {
    byte[] file =
        new TorchBytes()
            .text("string_to_param")
            .global("torch.nn.modules.container", "ParameterDict")
            .raw(')', 0x81, '}', '(')
            .text("_parameters")
            .raw('}', '(')
            .add("*", "FloatStorage", SIX_FLOATS, 0, new long[] {2, 3}, new long[] {3, 1})
            .raw('u', 'u', 'b')
            .build();
    try (WeightSource source = WeightSource.open(write(file))) {
      assertEquals(List.of("string_to_param._parameters.*"), List.copyOf(source.names()));
    }
  }

  @Test
  void aStorageThatIsNotThereIsNamed() {
    String fault =
        fault(
            new TorchBytes()
                .text("w")
                .tensor("FloatStorage", "9", 6, 0, new long[] {6}, new long[] {1})
                .build());
    assertEquals("it lacks the part \"archive/data/9\"; fetch the file again.", fault);
  }

  @Test
  void otherFormatsAreToldApart() {
    String old =
        "it was saved by PyTorch before 1.6, whose format is not read; get the model as"
            + " safetensors.";
    assertEquals(old, fault(new byte[] {(byte) 0x80, 2, (byte) 0x8a, 10, 0, 0, 0, 0, 0, 0}));
    byte[] tar = new byte[512];
    System.arraycopy("ustar".getBytes(US_ASCII), 0, tar, 257, 5);
    assertEquals(old, fault(tar));
    assertTrue(fault("GGUF    ".getBytes(US_ASCII)).startsWith("it is a GGUF file,"));
    assertTrue(
        fault(new TorchBytes().entry("constants.pkl", new byte[1]).build())
            .startsWith("it is a TorchScript program, not weights,"));
    assertEquals("it holds no tensors.", fault(new TorchBytes().build()));
    assertEquals(
        "its numbers are big endian, which is not supported.",
        fault(new TorchBytes().entry("byteorder", "big".getBytes(US_ASCII)).build()));
  }

  @Test
  void aDictThatContainsItselfEnds() {
    // {"a": itself, "b": itself}: 2^depth paths
    byte[] pickle = {
      (byte) 0x80,
      2,
      '}',
      'q',
      0,
      '(',
      'X',
      1,
      0,
      0,
      0,
      'a',
      'h',
      0,
      'X',
      1,
      0,
      0,
      0,
      'b',
      'h',
      0,
      'u',
      '.'
    };
    assertEquals("it holds no tensors.", fault(new TorchBytes().archive(pickle)));
  }

  @Test
  void anArchiveThatIsCutIsRefused() {
    byte[] whole =
        new TorchBytes()
            .add("w", "FloatStorage", SIX_FLOATS, 0, new long[] {6}, new long[] {1})
            .build();
    for (int length = 4; length < whole.length; length++) {
      assertTrue(fault(java.util.Arrays.copyOf(whole, length)).endsWith("fetch the file again."));
    }
  }
}
