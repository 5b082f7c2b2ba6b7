package dev.atelier.models.weights;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.RandomDistribution;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import net.jqwik.api.statistics.Statistics;

/** Whatever is done to a .ckpt, in its pickle or in its archive, it is valid or refused by name. */
class TorchFileMutationPropertyTest {

  private static final TorchBytes FILE =
      new TorchBytes()
          .add(
              "conv_in.weight",
              "FloatStorage",
              new byte[24],
              0,
              new long[] {2, 3},
              new long[] {3, 1})
          .add("conv_in.bias", "HalfStorage", new byte[8], 2, new long[] {2}, new long[] {1})
          .add("turned", "BFloat16Storage", new byte[12], 0, new long[] {3, 2}, new long[] {1, 3})
          // Long enough for changes that leave the file valid to be common.
          .add("f32", "FloatStorage", new byte[1600], 0, new long[] {400}, new long[] {1})
          .add("position_ids", "LongStorage", new byte[16], 0, new long[] {1, 2}, new long[] {2, 1})
          .text("callbacks")
          .raw('}', '(')
          .global("numpy.core.multiarray", "scalar")
          .raw(')', 'R', 'q', 1, 'K', 7, 'u');

  /** Instructions and numbers that get somewhere. */
  private static final byte[] LIKELY = {
    '(',
    ')',
    '.',
    '0',
    '2',
    'K',
    'M',
    'J',
    'N',
    'Q',
    'R',
    'X',
    ']',
    '}',
    'a',
    'b',
    'c',
    'd',
    'e',
    'h',
    'j',
    'q',
    'r',
    's',
    't',
    'u',
    0,
    1,
    2,
    127,
    -1,
    -128,
    (byte) 0x85,
    (byte) 0x8a,
    (byte) 0x8b,
    (byte) 0x93,
    (byte) 0x94,
    (byte) 0x95
  };

  private static Path path;

  private enum Kind {
    FLIP_BIT,
    SET_BYTE,
    SET_LIKELY_BYTE,
    SET_INT,
    SET_LONG,
    DELETE,
    REPEAT,
    TRUNCATE
  }

  /**
   * @param inPickle whether the pickle is changed and put into a right archive, or the archive
   * @param where 0 to 1, from the beginning of what is changed to its end
   * @param how what else the change needs
   */
  private record Mutation(boolean inPickle, Kind kind, double where, long how) {
    byte[] applyTo(byte[] bytes) {
      if (bytes.length < 16) {
        return bytes;
      }
      int at = (int) Math.min(bytes.length - 9, where * bytes.length);
      byte[] copy = bytes.clone();
      ByteBuffer buffer = ByteBuffer.wrap(copy).order(ByteOrder.LITTLE_ENDIAN);
      return switch (kind) {
        case FLIP_BIT -> {
          copy[at] ^= (byte) (1 << (how & 7));
          yield copy;
        }
        case SET_BYTE -> {
          copy[at] = (byte) how;
          yield copy;
        }
        case SET_LIKELY_BYTE -> {
          copy[at] = LIKELY[(int) Math.floorMod(how, (long) LIKELY.length)];
          yield copy;
        }
        case SET_INT -> buffer.putInt(at, (int) how).array();
        case SET_LONG -> buffer.putLong(at, how).array();
        case DELETE -> {
          int length = (int) Math.min(how & 0x1F, bytes.length - at);
          byte[] shorter = Arrays.copyOf(bytes, bytes.length - length);
          System.arraycopy(bytes, at + length, shorter, at, bytes.length - at - length);
          yield shorter;
        }
        case REPEAT -> {
          int length = (int) Math.min(how & 0xFF, bytes.length - at);
          byte[] longer = Arrays.copyOf(bytes, bytes.length + length);
          System.arraycopy(bytes, at, longer, at + length, bytes.length - at);
          yield longer;
        }
        case TRUNCATE -> Arrays.copyOf(bytes, at);
      };
    }
  }

  @BeforeContainer
  static void createFile() throws IOException {
    path = Files.createTempFile("mutated", ".ckpt");
    SafetensorsBytes.write(path, FILE.archive(FILE.pickle()));
    WeightSource.open(path).close(); // what the JVM loads for the first file is not the file's
  }

  @AfterContainer
  static void deleteFile() throws IOException {
    Files.delete(path);
  }

  @Provide
  Arbitrary<List<Mutation>> mutations() {
    return Combinators.combine(
            Arbitraries.of(true, false),
            Arbitraries.of(Kind.class),
            Arbitraries.doubles().between(0, 1).withDistribution(RandomDistribution.uniform()),
            Arbitraries.longs())
        .as(Mutation::new)
        .list()
        .ofMinSize(1)
        .ofMaxSize(2);
  }

  /** 10,000 with {@code -Djqwik.tries.default=10000}. */
  @Property
  void aMutatedFileIsValidOrRefused(@ForAll("mutations") List<Mutation> mutations) {
    byte[] pickle = FILE.pickle();
    for (Mutation mutation : mutations) {
      pickle = mutation.inPickle() ? mutation.applyTo(pickle) : pickle;
    }
    byte[] bytes = FILE.archive(pickle);
    for (Mutation mutation : mutations) {
      bytes = mutation.inPickle() ? bytes : mutation.applyTo(bytes);
    }
    DamagedFile damaged = DamagedFile.write(path, bytes);
    try (WeightSource file = WeightSource.open(path)) {
      damaged.assertBounded();
      DamagedFile.assertReadable(file);
      Statistics.collect("valid");
    } catch (WeightsException e) {
      damaged.assertRefused(e, 400);
      Statistics.collect("refused");
    }
    // If one of them were rare, this test would test little.
    Statistics.coverage(
        coverage -> {
          coverage.check("valid").percentage(p -> p > 5);
          coverage.check("refused").percentage(p -> p > 25);
        });
  }
}
