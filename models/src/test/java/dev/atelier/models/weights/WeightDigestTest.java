package dev.atelier.models.weights;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WeightDigestTest {
  private static final int LARGE = 100_000;
  @TempDir Path folder;

  /** A small and a large tensor of zeros, but for one number of the large one. */
  private Path write(String name, String tensor, byte last) throws IOException {
    byte[] large = new byte[2 * LARGE];
    large[large.length - 1] = last;
    var writer = new SafetensorsWriter();
    writer.add(
        new TensorInfo(tensor + ".bias", StoredType.F16, new Shape(4), 8),
        to -> to.write(ByteBuffer.wrap(new byte[8])));
    writer.add(
        new TensorInfo(tensor + ".weight", StoredType.F16, new Shape(LARGE), large.length),
        to -> to.write(ByteBuffer.wrap(large)));
    Path file = folder.resolve(name);
    writer.write(file);
    return file;
  }

  private static String digest(Path file, Function<WeightSource, String> digest) {
    try (WeightSource source = WeightSource.open(file)) {
      return digest.apply(source);
    }
  }

  @Test
  void theSameWeightsHaveTheSameDigest() throws IOException {
    Path one = write("one", "conv", (byte) 0);
    Path two = write("two", "conv", (byte) 0);
    assertEquals(digest(one, WeightDigest::sample), digest(two, WeightDigest::sample));
    assertEquals(digest(one, WeightDigest::whole), digest(two, WeightDigest::whole));
  }

  /** Nothing less than all numbers decides that two parts are one. */
  @Test
  void oneNumberOfMillionsMakesAnother() throws IOException {
    Path one = write("one", "conv", (byte) 0);
    Path two = write("two", "conv", (byte) 1);
    assertEquals(digest(one, WeightDigest::sample), digest(two, WeightDigest::sample));
    assertNotEquals(digest(one, WeightDigest::whole), digest(two, WeightDigest::whole));
  }

  @Test
  void anotherNameMakesAnotherSample() throws IOException {
    Path one = write("one", "conv", (byte) 0);
    Path two = write("two", "linear", (byte) 0);
    assertNotEquals(digest(one, WeightDigest::sample), digest(two, WeightDigest::sample));
  }
}
