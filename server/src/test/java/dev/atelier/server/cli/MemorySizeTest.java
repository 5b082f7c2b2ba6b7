package dev.atelier.server.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

class MemorySizeTest {
  @ParameterizedTest
  @CsvSource({"6G,6442450944", "800m,838860800", "2 GiB,2147483648", "1kB,1024", "0,0", "5,5"})
  void sizesAreReadAsPeopleWriteThem(String text, long bytes) {
    assertEquals(bytes, new MemorySize().convert(text));
  }

  @ParameterizedTest
  @ValueSource(strings = {"much", "-1G", "6X", "1.5G", "99999999999999T"})
  void anythingElseIsRefusedWithAnExample(String text) {
    var e = assertThrows(TypeConversionException.class, () -> new MemorySize().convert(text));
    assertEquals("“" + text + "” is no size; write e.g. 6G or 800M.", e.getMessage());
  }

  @Test
  void aVariableThatIsSetToNothingSaysNothing() {
    assertNull(new MemorySize().convert(" "));
  }
}
