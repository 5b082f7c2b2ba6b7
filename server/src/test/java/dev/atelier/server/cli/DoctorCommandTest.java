package dev.atelier.server.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DoctorCommandTest {
  @TempDir Path home;
  private final StringWriter out = new StringWriter();

  private int run(String... words) {
    return Atelier.commandLine().setOut(new PrintWriter(out, true)).execute(words);
  }

  /** What the doctor says, who finds no checkpoint in this home. */
  private String doctor() {
    out.getBuffer().setLength(0);
    int code = run("doctor", "--home", home.toString());
    assertEquals(1, code, out.toString());
    return out.toString();
  }

  @Test
  void saysWhatIsMissingAndWhatToDo() {
    String text = doctor();
    assertTrue(text.contains("✓ Java: " + Runtime.version()), text);
    assertTrue(text.contains("✓ libtorch: 2."), text);
    assertTrue(text.contains("✓ Training: "), text);
    assertTrue(text.contains("✗ Models: no usable checkpoint; restore models/storybook"), text);
    assertTrue(text.endsWith("The studio cannot run yet." + System.lineSeparator()), text);
    assertFalse(Files.exists(home.resolve("data")), "it only looks");
  }

  @Test
  void looksWhereModelsWereAddedAndDownloaded(@TempDir Path disk) throws IOException {
    Path webui = disk.resolve("webui");
    model(webui.resolve("models/Lora/half.safetensors"));
    assertEquals(0, run("models", "folders", "add", webui.toString(), "--home", home.toString()));
    model(home.resolve("data/models/vae/other.safetensors"));
    String text = doctor();
    assertTrue(text.contains("✗ Model loras/half: lora, 4 B: "), text);
    assertTrue(text.contains("✗ Model vae/other: vae, 4 B: "), text);

    Files.move(webui, disk.resolve("elsewhere"));
    text = doctor();
    assertTrue(text.contains("✗ Models in " + webui + ": " + webui + " is not there;"), text);
  }

  private static void model(Path file) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, "half");
  }

  @Test
  void saysWhenWhatWasAddedIsNotKnown() throws IOException {
    Path database = Files.createDirectories(home.resolve("data")).resolve("atelier.db");
    Files.writeString(database, "no data base at all, but a text that is longer than a header is");
    String text = doctor();
    assertTrue(text.contains("✗ Model folders: " + database + " cannot be read ("), text);
  }
}
