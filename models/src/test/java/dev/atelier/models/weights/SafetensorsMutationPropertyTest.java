package dev.atelier.models.weights;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.RandomDistribution;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import net.jqwik.api.statistics.Statistics;

/** Files are user input: whatever is done to one, it is either valid or refused by name. */
class SafetensorsMutationPropertyTest {
  private static final Pattern NUMBER = Pattern.compile("\\d+");
  private static final Pattern VALUE = Pattern.compile("\\[[^\\]]*\\]|\"[^\"]*\"|\\d+");

  private static final byte[] VALID =
      new SafetensorsBytes()
          .addMetadata("format", "pt")
          .add("conv_in.weight", StoredType.F32, new long[] {2, 1, 3}, new byte[24])
          .add("conv_in.bias", StoredType.F16, new long[] {2}, new byte[4])
          .add("time.weight", StoredType.BF16, new long[] {4}, new byte[8])
          .add("f8", StoredType.F8_E4M3, new long[] {3, 999}, new byte[2997])
          .add("position_ids", StoredType.I64, new long[] {1, 2}, new byte[16])
          .add("alpha", StoredType.F32, new long[0], new byte[4])
          .build(3);

  private static Path path;

  private enum Kind {
    FLIP_HEADER_BIT,
    SET_HEADER_BYTE,
    FLIP_ANY_BIT,
    TRUNCATE,
    APPEND,
    HEADER_LENGTH,
    REPLACE_NUMBER,
    REPLACE_VALUE,
    NEST,
    REPEAT_PART,
    DELETE_PART,
    LONG_NAME
  }

  /**
   * @param where 0 to 1, from the beginning of what is changed to its end
   * @param how what else the change needs
   */
  private record Mutation(Kind kind, double where, long how) {
    private static final List<String> NUMBERS =
        List.of(
            "0",
            "1",
            "2",
            "3",
            "4",
            "24",
            "59",
            "-1",
            "-0",
            "1.5",
            "1e9",
            "2147483648",
            "4294967296",
            "9223372036854775807",
            "9223372036854775808",
            "99999999999999999999999");
    private static final List<String> VALUES =
        List.of(
            "null",
            "true",
            "{}",
            "[]",
            "[[]]",
            "[0,0]",
            "[24,0]",
            "[20,28]",
            "[0,1,2]",
            "\"\"",
            "\"BF16\"",
            "\"F4\"",
            "\"\\ud800\"",
            "\"__metadata__\"",
            "\"alpha\"",
            "NaN",
            "'a'",
            "{\"a\":\"b\"}",
            "[0,9223372036854775807]",
            "/*x*/1",
            "\"\u0000\"");

    byte[] applyTo(byte[] file) {
      if (file.length < 9) {
        return file;
      }
      int headerEnd = headerEnd(file);
      String header = new String(file, 8, headerEnd - 8, StandardCharsets.ISO_8859_1);
      return switch (kind) {
        case FLIP_HEADER_BIT -> flip(file, at(headerEnd));
        case SET_HEADER_BYTE -> set(file, at(headerEnd));
        case FLIP_ANY_BIT -> flip(file, at(file.length));
        case TRUNCATE -> Arrays.copyOf(file, at(file.length));
        case APPEND -> Arrays.copyOf(file, file.length + (int) (how & 0xFF));
        case HEADER_LENGTH -> {
          byte[] copy = file.clone();
          long length = (how & 1) == 0 ? how : headerEnd - 8 + how % 64;
          ByteBuffer.wrap(copy).order(ByteOrder.LITTLE_ENDIAN).putLong(0, length);
          yield copy;
        }
        case REPLACE_NUMBER -> rebuild(file, replace(header, NUMBER, NUMBERS));
        case REPLACE_VALUE -> rebuild(file, replace(header, VALUE, VALUES));
        case NEST -> {
          int depth = (int) (how & 0x3FFF);
          String open = (how & 0x4000) == 0 ? "[" : "{\"a\":";
          String close = (how & 0x4000) == 0 ? "]" : "}";
          String nested = open.repeat(depth) + "1" + close.repeat(depth);
          yield rebuild(file, replace(header, VALUE, List.of(nested)));
        }
        case REPEAT_PART -> {
          int cut = header.isEmpty() ? 0 : (int) (where * header.length());
          int length = (int) Math.min(how & 0xFF, header.length() - cut);
          yield rebuild(
              file,
              header.substring(0, cut + length)
                  + header.substring(cut, cut + length)
                  + header.substring(cut + length));
        }
        case DELETE_PART -> {
          int cut = (int) (where * header.length());
          int length = (int) Math.min(how & 0x3F, header.length() - cut);
          yield rebuild(file, header.substring(0, cut) + header.substring(cut + length));
        }
        case LONG_NAME -> {
          String name = "\"" + "n".repeat((int) (how & 0xFFFF)) + "\"";
          yield rebuild(file, replace(header, VALUE, List.of(name)));
        }
      };
    }

    private int at(int length) {
      return (int) Math.min(length - 1, where * length);
    }

    private byte[] flip(byte[] file, int position) {
      byte[] copy = file.clone();
      copy[position] ^= (byte) (1 << (how & 7));
      return copy;
    }

    private byte[] set(byte[] file, int position) {
      byte[] copy = file.clone();
      copy[position] = (byte) how;
      return copy;
    }

    /** Replaces one of the pattern's finds, and {@code how} says by what. */
    private String replace(String header, Pattern pattern, List<String> by) {
      List<MatchResult> found = pattern.matcher(header).results().toList();
      if (found.isEmpty()) {
        return header;
      }
      MatchResult match = found.get(at(found.size()));
      return header.substring(0, match.start())
          + by.get((int) Math.floorMod(how, (long) by.size()))
          + header.substring(match.end());
    }

    private static int headerEnd(byte[] file) {
      long length = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).getLong(0);
      return length >= 0 && length <= file.length - 8 ? (int) length + 8 : file.length;
    }

    /** With the header's length put right, so that the change gets as far as it can. */
    private static byte[] rebuild(byte[] file, String header) {
      return SafetensorsBytes.of(
          header.getBytes(StandardCharsets.ISO_8859_1),
          Arrays.copyOfRange(file, headerEnd(file), file.length));
    }
  }

  @BeforeContainer
  static void createFile() throws IOException {
    path = Files.createTempFile("mutated", ".safetensors");
  }

  @AfterContainer
  static void deleteFile() throws IOException {
    Files.delete(path);
  }

  @Provide
  Arbitrary<List<Mutation>> mutations() {
    return Combinators.combine(
            Arbitraries.of(Kind.class),
            Arbitraries.doubles().between(0, 1).withDistribution(RandomDistribution.uniform()),
            Arbitraries.longs())
        .as(Mutation::new)
        .list()
        .ofMinSize(1)
        .ofMaxSize(3);
  }

  /** 10,000 with {@code -Djqwik.tries.default=10000}. */
  @Property
  void aMutatedFileIsValidOrRefused(@ForAll("mutations") List<Mutation> mutations) {
    byte[] bytes = VALID;
    for (Mutation mutation : mutations) {
      bytes = mutation.applyTo(bytes);
    }
    DamagedFile damaged = DamagedFile.write(path, bytes);
    try (SafetensorsFile file = SafetensorsFile.open(path)) {
      damaged.assertBounded();
      checkValid(file, bytes);
      Statistics.collect("valid");
    } catch (WeightsException e) {
      damaged.assertRefused(e, 300);
      Statistics.collect("refused");
    }
    // If one of them were rare, this test would test little.
    Statistics.coverage(
        coverage -> {
          coverage.check("valid").percentage(p -> p > 1);
          coverage.check("refused").percentage(p -> p > 10);
        });
  }

  private static void checkValid(SafetensorsFile file, byte[] bytes) {
    long headerBytes = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong(0);
    long total = file.names().stream().mapToLong(name -> file.info(name).bytes()).sum();
    assertEquals(bytes.length, 8 + headerBytes + total);
    DamagedFile.assertReadable(file);
  }

  @Example
  void theUnchangedFileIsValid() {
    SafetensorsBytes.write(path, VALID);
    try (SafetensorsFile file = SafetensorsFile.open(path)) {
      assertEquals(6, file.names().size());
      checkValid(file, VALID);
    }
  }
}
