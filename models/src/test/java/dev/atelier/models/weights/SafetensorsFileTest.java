package dev.atelier.models.weights;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.ref.PhantomReference;
import java.lang.ref.ReferenceQueue;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SafetensorsFileTest {
  private static final byte[] FOUR = new byte[4];

  @TempDir Path folder;

  private Path write(byte[] bytes) {
    return SafetensorsBytes.write(folder.resolve("x.safetensors"), bytes);
  }

  private static byte[] floats(float... values) {
    ByteBuffer buffer = ByteBuffer.allocate(values.length * 4).order(ByteOrder.LITTLE_ENDIAN);
    buffer.asFloatBuffer().put(values);
    return buffer.array();
  }

  @Test
  void knowsItsTensorsAndMetadataWithoutReadingThem() {
    Path path =
        write(
            new SafetensorsBytes()
                .addMetadata("format", "pt")
                .add("a", StoredType.F16, new long[] {2, 3}, new byte[12])
                .add("scalar", StoredType.F32, new long[0], FOUR)
                .add("empty", StoredType.I64, new long[] {0, 5}, new byte[0])
                .build());
    try (SafetensorsFile file = SafetensorsFile.open(path)) {
      assertEquals(List.of("a", "scalar", "empty"), List.copyOf(file.names()));
      assertEquals(new TensorInfo("a", StoredType.F16, new Shape(2, 3), 12), file.info("a"));
      assertEquals(new Shape(), file.info("scalar").shape());
      assertEquals(Map.of("format", "pt"), file.metadata());
      assertEquals(path, file.file());
    }
  }

  @Test
  void aFileThatIsNoneIsNamed() throws IOException {
    Path absent = folder.resolve("absent.safetensors");
    var e = assertThrows(WeightsException.class, () -> SafetensorsFile.open(absent));
    assertEquals(
        folder.getFileName() + "/absent.safetensors: there is no such file.", e.getMessage());

    var directory = assertThrows(WeightsException.class, () -> SafetensorsFile.open(folder));
    assertEquals("it is not a file.", fault(directory));

    Path tiny = write(new byte[7]);
    var tooShort = assertThrows(WeightsException.class, () -> SafetensorsFile.open(tiny));
    assertEquals("it is 7 bytes long, so it is not a safetensors file.", fault(tooShort));
  }

  @Test
  void anImpossibleHeaderLengthIsRefusedBeforeAnythingIsAllocated() {
    for (long length : new long[] {100_000_001, Long.MAX_VALUE, -1, Long.MIN_VALUE}) {
      Path path =
          write(ByteBuffer.allocate(64).order(ByteOrder.LITTLE_ENDIAN).putLong(length).array());
      var e = assertThrows(WeightsException.class, () -> SafetensorsFile.open(path));
      assertEquals(
          "its header would be larger than 100 MB, so it is damaged or not a safetensors file.",
          fault(e));
    }
    Path path = write(ByteBuffer.allocate(64).order(ByteOrder.LITTLE_ENDIAN).putLong(57).array());
    var e = assertThrows(WeightsException.class, () -> SafetensorsFile.open(path));
    assertEquals(
        "it ends inside its header; the download may be incomplete, fetch the file again.",
        fault(e));
  }

  @Test
  void aTensorThatIsNotThereIsNamed() {
    Path path = write(new SafetensorsBytes().build());
    try (SafetensorsFile file = SafetensorsFile.open(path);
        NDManager manager = NDManager.newBaseManager()) {
      var e =
          assertThrows(
              WeightsException.class, () -> file.read(manager, "conv_in.bias", DataType.FLOAT32));
      assertEquals("it has no tensor \"conv_in.bias\", which is needed.", fault(e));
    }
  }

  @Test
  void anArrayMayBeWrittenToAndTheFileStaysAsItIs() throws IOException {
    Path path =
        write(
            new SafetensorsBytes().add("a", StoredType.F32, new long[] {2}, floats(1, 2)).build());
    byte[] before = Files.readAllBytes(path);
    try (SafetensorsFile file = SafetensorsFile.open(path);
        NDManager manager = NDManager.newBaseManager()) {
      NDArray array = file.read(manager, "a", DataType.FLOAT32);
      array.addi(10);
      assertArrayEquals(new float[] {11, 12}, array.toFloatArray());
      assertEquals("a", array.getName());
    }
    assertArrayEquals(before, Files.readAllBytes(path));
  }

  @Test
  void aFileThatMayNotBeWrittenStillGivesWritableArrays() throws IOException {
    Path path =
        write(
            new SafetensorsBytes().add("a", StoredType.F32, new long[] {2}, floats(1, 2)).build());
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ);
        NDManager manager = NDManager.newBaseManager()) {
      var info = new TensorInfo("a", StoredType.F32, new Shape(2), 8);
      long position = Files.size(path) - 8;
      NDArray array =
          new TensorReader(channel, false, manager, DataType.FLOAT32, new TensorReader.Buffer())
              .read(info, position);
      array.addi(10);
      assertArrayEquals(new float[] {11, 12}, array.toFloatArray());
    }
  }

  @Test
  void viewsStayValidWhenSourceAndArrayAreGone() throws InterruptedException {
    int count = 1 << 20;
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = i;
    }
    Path path =
        write(
            new SafetensorsBytes()
                .add("a", StoredType.F32, new long[] {count}, floats(values))
                .build());
    try (NDManager manager = NDManager.newBaseManager()) {
      NDArray view = viewOfAClosedArray(path, manager);
      // A mapping that is no longer reachable is unmapped after a collection. What one collection
      // found is dealt with before what the next one finds.
      awaitCollection();
      awaitCollection();
      assertArrayEquals(values, view.toFloatArray());
    }
  }

  /** In a method of its own, so that no local variable keeps the array. */
  private static NDArray viewOfAClosedArray(Path path, NDManager manager) {
    try (SafetensorsFile file = SafetensorsFile.open(path);
        NDArray array = file.read(manager, "a", DataType.FLOAT32)) {
      return array.reshape(1024, 1024);
    }
  }

  private static void awaitCollection() throws InterruptedException {
    ReferenceQueue<Object> collected = new ReferenceQueue<>();
    var garbage = new PhantomReference<>(new Object(), collected);
    System.gc();
    assertSame(garbage, collected.remove(60_000));
  }

  @Test
  void aFileOfMoreThanTwoGibibytesIsReadAtItsEnd() throws IOException {
    long large = 3_000_000_000L;
    String header =
        "{\"large\":{\"dtype\":\"U8\",\"shape\":[3000000000],\"data_offsets\":[0,3000000000]},"
            + "\"last\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[3000000000,3000000008]}}";
    Path path = write(SafetensorsBytes.of(header, new byte[0]));
    try (var sparse = new RandomAccessFile(path.toFile(), "rw")) {
      sparse.seek(sparse.length() + large);
      sparse.write(floats(3, 4));
    }
    try (SafetensorsFile file = SafetensorsFile.open(path);
        NDManager manager = NDManager.newBaseManager()) {
      assertEquals(large, file.info("large").bytes());
      assertArrayEquals(
          new float[] {3, 4}, file.read(manager, "last", DataType.FLOAT32).toFloatArray());
    }
  }

  @Test
  void aFileThatChangedSinceItWasOpenedIsNotRead() throws IOException {
    Path path =
        write(
            new SafetensorsBytes().add("a", StoredType.F32, new long[] {2}, floats(1, 2)).build());
    try (SafetensorsFile file = SafetensorsFile.open(path);
        NDManager manager = NDManager.newBaseManager()) {
      long size = Files.size(path);
      try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
        channel.truncate(size - 4);
      }
      var e = assertThrows(WeightsException.class, () -> file.read(manager, "a", DataType.FLOAT32));
      assertEquals("it was changed while it was being read.", fault(e));
      assertEquals(size - 4, Files.size(path), "reading never makes a file longer");
    }
  }

  @Test
  void arraysOfTypesThatEndTheProcessAreNeverMade() {
    Path path =
        write(new SafetensorsBytes().add("a", StoredType.BF16, new long[] {2}, FOUR).build());
    try (SafetensorsFile file = SafetensorsFile.open(path);
        NDManager manager = NDManager.newBaseManager()) {
      for (DataType fatal : List.of(DataType.BFLOAT16, DataType.INT16, DataType.STRING)) {
        assertThrows(IllegalArgumentException.class, () -> file.read(manager, "a", fatal));
      }
    }
  }

  @Test
  void aClosedFileSaysSo() {
    Path path =
        write(new SafetensorsBytes().add("a", StoredType.F32, new long[] {1}, FOUR).build());
    SafetensorsFile file = SafetensorsFile.open(path);
    file.close();
    file.close();
    try (NDManager manager = NDManager.newBaseManager()) {
      assertThrows(IllegalStateException.class, () -> file.read(manager, "a", DataType.FLOAT32));
    }
  }

  private static String fault(WeightsException e) {
    return e.getMessage().substring(e.getMessage().indexOf(": ") + 2);
  }
}
