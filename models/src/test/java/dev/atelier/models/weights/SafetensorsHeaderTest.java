package dev.atelier.models.weights;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class SafetensorsHeaderTest {
  private static final byte[] FOUR = new byte[4];

  @TempDir Path folder;

  private Path write(byte[] bytes) {
    return SafetensorsBytes.write(folder.resolve("x.safetensors"), bytes);
  }

  /** Header (data of four bytes follows) and what is said of it. */
  static Stream<Arguments> faultyHeaders() {
    String good = "{'a':{'dtype':'F32','shape':[1],'data_offsets':[0,4]}}";
    return Stream.of(
            Arguments.of("", "its header does not begin with \"{\", so it is not a safetensors"),
            Arguments.of("[]", "its header does not begin with \"{\""),
            Arguments.of(" " + good, "its header does not begin with \"{\""),
            Arguments.of("{", "its header is not valid JSON."),
            Arguments.of(good.replace("'dtype'", "dtype"), "its header is not valid JSON."),
            Arguments.of(good.replace("4]", "4,]"), "its header is not valid JSON."),
            Arguments.of(good + "{}", "its header is not valid JSON."),
            Arguments.of(good + "\u0000", "its header is not valid JSON."),
            Arguments.of("{'a':3}", "in its header \"a\" is not an object."),
            Arguments.of(good.replace("F32", "F33"), "tensor \"a\" has the unknown dtype \"F33\"."),
            Arguments.of(good.replace("'F32'", "32"), "\"a\" is not given a dtype that is a strin"),
            Arguments.of(good.replace("'dtype':'F32',", ""), "tensor \"a\" lacks its dtype, shape"),
            Arguments.of(
                good.replace("[0,4]", "[0]"), "tensor \"a\" lacks its dtype, shape or dat"),
            Arguments.of(good.replace("[1]", "[-1]"), "a shape or data_offsets that are out of"),
            Arguments.of(good.replace("[1]", "[1.0]"), "a shape or data_offsets that are out of"),
            Arguments.of(good.replace("[1]", "[1e0]"), "a shape or data_offsets that are out of"),
            Arguments.of(good.replace("[1]", "['1']"), "\"a\" is not given its shape and data_off"),
            Arguments.of(good.replace("[1]", "1"), "\"a\" is not given its shape and data_offsets"),
            Arguments.of(good.replace("0,4", "0,4,8"), "a shape or data_offsets that are out of"),
            Arguments.of(
                good.replace("[1]", "[" + "1,".repeat(16) + "1]"),
                "a shape or data_offsets that are out of range."),
            Arguments.of(
                good.replace("[1]", "[99999999999999999999]"),
                "a shape or data_offsets that are out of range."),
            Arguments.of(
                good.replace("[1]", "[4294967296,4294967296]"), "has an impossibly large shape."),
            Arguments.of(
                good.replace("[1]", "[0,4294967296,4294967296]"), "has an impossibly large shape."),
            Arguments.of(good.replace("[1]", "[2]"), "has data_offsets that do not fit its shape"),
            Arguments.of(good.replace("0,4", "4,0"), "has data_offsets that do not fit its shape"),
            Arguments.of(good.replace("0,4", "4,8"), "\"a\" leaves a hole in the data before it"),
            Arguments.of(
                good.replace("F32", "F16").replace("4]", "2]"),
                "its tensors take 2 bytes but 4 are there; the download may be incomplete"),
            Arguments.of(
                good.replace("[1]", "[9]").replace("4]", "36]"),
                "its tensors take 36 bytes but 4 are there; the download may be incomplete"),
            Arguments.of(
                good.replace("}}", "},'b':{'dtype':'U8','shape':[1],'data_offsets':[3,4]}}"),
                "tensor \"b\" overlaps the one before it, the file is damaged."),
            Arguments.of(
                good.replace("}}", "},'a':{'dtype':'U8','shape':[1],'data_offsets':[4,5]}}"),
                "it has the tensor \"a\" twice."),
            Arguments.of(
                good.replace("'shape'", "'dtype':'F32','shape'"), "tensor \"a\" has dtype twice."),
            Arguments.of("{'__metadata__':[]}", "\"__metadata__\" is not an object."),
            Arguments.of("{'__metadata__':{'a':1}}", "\"__metadata__\" is not a map of strings."),
            Arguments.of("{'__metadata__':{},'__metadata__':{}}", "has __metadata__ twice."),
            Arguments.of("{'__metadata__':{'a':'','a':''}}", "its __metadata__ has \"a\" twice."),
            Arguments.of(
                "{'" + "n".repeat(1025) + "':{}}",
                "a tensor's name has more than 1024 characters."),
            Arguments.of("{'a\\u0000b':{}}", "tensor \"a?b\" lacks its dtype"),
            Arguments.of(
                good.replace("{'dtype'", "{'x':" + "[".repeat(100_000) + "]".repeat(100_000) + ",")
                    .replace(",:", ",'dtype':"),
                "its header is not valid JSON."))
        .map(
            arguments ->
                Arguments.of(((String) arguments.get()[0]).replace('\'', '"'), arguments.get()[1]));
  }

  @ParameterizedTest
  @MethodSource("faultyHeaders")
  void namesTheFaultOfAHeader(String header, String fault) {
    Path path = write(SafetensorsBytes.of(header, FOUR));
    var e = assertThrows(WeightsException.class, () -> SafetensorsFile.open(path));
    String expected = folder.getFileName() + "/x.safetensors: ";
    assertEquals(expected, e.getMessage().substring(0, expected.length()));
    assertEquals(
        fault,
        e.getMessage().contains(fault) ? fault : e.getMessage(),
        "the message names the fault");
    assertEquals('.', e.getMessage().charAt(e.getMessage().length() - 1));
  }

  @Test
  void whatWouldTakeMuchMemoryIsRefusedBeforeItIsRead() {
    String digits = "1".repeat(SafetensorsHeader.MAX_TOKEN + 1);
    String entries =
        IntStream.range(0, SafetensorsHeader.MAX_METADATA + 1)
            .mapToObj(i -> "\"" + i + "\":\"\"")
            .collect(Collectors.joining(","));
    String tensors =
        IntStream.range(0, SafetensorsHeader.MAX_TENSORS + 1)
            .mapToObj(i -> "\"" + i + "\":{\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[0,0]}")
            .collect(Collectors.joining(","));
    Map<String, String> faults =
        Map.of(
            "{\"a\":" + digits + "}",
            "its header has a text or number of more than 10000000 bytes.",
            "{\"" + digits + "\":1}",
            "its header has a text or number of more than 10000000 bytes.",
            "{\"\\\"" + digits + "\":1}",
            "its header has a text or number of more than 10000000 bytes.",
            "{\"__metadata__\":{" + entries + "}}",
            "its __metadata__ has more than 10000 entries.",
            "{" + tensors + "}",
            "it has more than 100000 tensors.");
    faults.forEach(
        (header, fault) -> {
          Path path = write(SafetensorsBytes.of(header, FOUR));
          var e = assertThrows(WeightsException.class, () -> SafetensorsFile.open(path));
          assertEquals(fault, fault(e));
        });
  }

  @Test
  void malformedUtf8IsNotReplacedButRefused() {
    byte[] header =
        "{\"a?\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}"
            .getBytes(StandardCharsets.UTF_8);
    header[3] = (byte) 0xC0;
    Path path = write(SafetensorsBytes.of(header, FOUR));
    assertThrows(WeightsException.class, () -> SafetensorsFile.open(path));
  }

  private static String fault(WeightsException e) {
    return e.getMessage().substring(e.getMessage().indexOf(": ") + 2);
  }
}
