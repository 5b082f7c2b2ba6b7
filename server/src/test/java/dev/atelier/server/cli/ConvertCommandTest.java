package dev.atelier.server.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class ConvertCommandTest {
  private static final Path STORYBOOK = Path.of("..", "models", "storybook");

  @TempDir Path folder;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int convert(Path source, Path target) {
    CommandLine atelier = Atelier.commandLine();
    atelier.setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
    return atelier.execute("convert", source.toString(), target.toString());
  }

  @Test
  void aFolderMayBeCopiedAsAFolder() {
    Path target = folder.resolve("copy");
    assertEquals(0, convert(STORYBOOK, target), err::toString);
    assertEquals("Wrote " + target, out.toString().strip());
    assertTrue(Files.exists(target.resolve("unet/diffusion_pytorch_model.safetensors")));
  }

  @Test
  void whyNotIsOneSentence() {
    Path target = folder.resolve("storybook.safetensors");
    assertEquals(1, convert(STORYBOOK, target));
    assertEquals(
        "storybook/tokenizer: its vocabulary is not CLIP's own, which a single file would need;"
            + " leave the model as a folder.",
        err.toString().strip());
    assertFalse(Files.exists(target));
  }
}
