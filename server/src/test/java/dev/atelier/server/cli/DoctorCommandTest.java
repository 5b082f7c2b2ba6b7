package dev.atelier.server.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DoctorCommandTest {
  @TempDir Path home;

  @Test
  void saysWhatIsMissingAndWhatToDo() {
    var out = new StringWriter();
    int code =
        Atelier.commandLine()
            .setOut(new PrintWriter(out, true))
            .execute("doctor", "--home", home.toString());

    String text = out.toString();
    assertEquals(1, code, text);
    assertTrue(text.contains("✓ Java: " + Runtime.version()), text);
    assertTrue(text.contains("✓ libtorch: 2."), text);
    assertTrue(text.contains("✓ Training: "), text);
    assertTrue(text.contains("✗ Models: no usable checkpoint; restore models/storybook"), text);
    assertTrue(text.endsWith("The studio cannot run yet." + System.lineSeparator()), text);
  }
}
