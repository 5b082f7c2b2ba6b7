package dev.atelier.models.weights;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.LongStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/** What was written is what is read, whatever the type, the shape and the alignment. */
class SafetensorsRoundTripPropertyTest {
  private static Path path;

  @SuppressWarnings("ArrayRecordComponent") // Never compared.
  private record Tensor(StoredType type, long[] shape, byte[] bytes) {
    int count() {
      return (int) LongStream.of(shape).reduce(1, (a, b) -> a * b);
    }
  }

  @BeforeContainer
  static void createFile() throws IOException {
    path = Files.createTempFile("round-trip", ".safetensors");
  }

  @AfterContainer
  static void deleteFile() throws IOException {
    Files.delete(path);
  }

  @Provide
  Arbitrary<List<Tensor>> tensors() {
    Arbitrary<long[]> shapes = Arbitraries.longs().between(0, 5).array(long[].class).ofMaxSize(4);
    return Combinators.combine(Arbitraries.of(StoredType.class), shapes, Arbitraries.longs())
        .as(SafetensorsRoundTripPropertyTest::tensor)
        .list()
        .ofMaxSize(6);
  }

  private static Tensor tensor(StoredType type, long[] shape, long seed) {
    int count = (int) LongStream.of(shape).reduce(1, (a, b) -> a * b);
    byte[] bytes = new byte[count * type.bytes()];
    new Random(seed).nextBytes(bytes);
    if (type == StoredType.BOOL) {
      for (int i = 0; i < bytes.length; i++) {
        bytes[i] &= 1;
      }
    }
    return new Tensor(type, shape, bytes);
  }

  @Property(tries = 500)
  void valuesSurvive(@ForAll("tensors") List<Tensor> list, @ForAll @IntRange(max = 9) int padding) {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    var builder = new SafetensorsBytes();
    for (Tensor tensor : list) {
      String name = "t" + tensors.size();
      tensors.put(name, tensor);
      builder.add(name, tensor.type(), tensor.shape(), tensor.bytes());
    }
    SafetensorsBytes.write(path, builder.build(padding));
    try (SafetensorsFile file = SafetensorsFile.open(path);
        NDManager manager = NDManager.newBaseManager()) {
      assertEquals(tensors.keySet(), Set.copyOf(file.names()));
      tensors.forEach((name, tensor) -> check(file, manager, name, tensor));
    }
  }

  private static void check(SafetensorsFile file, NDManager manager, String name, Tensor tensor) {
    NDArray floats = file.read(manager, name, DataType.FLOAT32);
    assertEquals(new Shape(tensor.shape()), floats.getShape());
    assertEquals(DataType.FLOAT32, floats.getDataType());
    float[] values = floats.toFloatArray();
    assertEquals(tensor.count(), values.length);
    for (int i = 0; i < values.length; i++) {
      assertEquals((float) StoredNumbers.at(tensor.type(), tensor.bytes(), i), values[i]);
    }
    if (tensor.type().engineType().isPresent()) {
      DataType same = tensor.type().engineType().get();
      NDArray stored = file.read(manager, name, same);
      assertEquals(same, stored.getDataType());
      byte[] bytes = new byte[tensor.bytes().length];
      stored.toByteBuffer().get(bytes);
      assertArrayEquals(tensor.bytes(), bytes);
    }
  }

  @Example
  void every8And16BitPatternMeansWhatTheFormatSays() {
    var builder = new SafetensorsBytes();
    byte[] eight = new byte[1 << 8];
    byte[] sixteen = new byte[2 << 16];
    for (int i = 0; i < 1 << 16; i++) {
      eight[i & 0xFF] = (byte) i;
      sixteen[2 * i] = (byte) i;
      sixteen[2 * i + 1] = (byte) (i >> 8);
    }
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    for (StoredType type : StoredType.values()) {
      if (type.bytes() <= 2 && type != StoredType.BOOL) {
        byte[] bytes = type.bytes() == 1 ? eight : sixteen;
        long[] shape = {bytes.length / type.bytes()};
        tensors.put(type.name(), new Tensor(type, shape, bytes));
        builder.add(type.name(), type, shape, bytes);
      }
    }
    SafetensorsBytes.write(path, builder.build(0));
    try (SafetensorsFile file = SafetensorsFile.open(path);
        NDManager manager = NDManager.newBaseManager()) {
      tensors.forEach((name, tensor) -> check(file, manager, name, tensor));
    }
  }

  @Example
  void tensorsOfSeveralPiecesAreWhole() {
    for (StoredType type : List.of(StoredType.BF16, StoredType.F8_E4M3)) {
      Tensor tensor = tensor(type, new long[] {3, TensorReader.PIECE - 1}, 7);
      SafetensorsBytes.write(
          path, new SafetensorsBytes().add("t", type, tensor.shape(), tensor.bytes()).build(0));
      try (SafetensorsFile file = SafetensorsFile.open(path);
          NDManager manager = NDManager.newBaseManager()) {
        check(file, manager, "t", tensor);
      }
    }
  }

  @Example
  void valuesAreConvertedToWhateverTypeIsWanted() {
    byte[] bfloats = new byte[] {(byte) 0x80, 0x3F, 0x20, (byte) 0xC0};
    SafetensorsBytes.write(
        path, new SafetensorsBytes().add("t", StoredType.BF16, new long[] {2}, bfloats).build(1));
    try (SafetensorsFile file = SafetensorsFile.open(path);
        NDManager manager = NDManager.newBaseManager()) {
      for (DataType want : List.of(DataType.FLOAT16, DataType.FLOAT32, DataType.FLOAT64)) {
        NDArray array = file.read(manager, "t", want);
        assertEquals(want, array.getDataType());
        assertEquals(
            "[1.0, -2.5]", Arrays.toString(array.toType(DataType.FLOAT64, false).toDoubleArray()));
      }
      assertArrayEquals(new int[] {1, -2}, file.read(manager, "t", DataType.INT32).toIntArray());
    }
  }
}
