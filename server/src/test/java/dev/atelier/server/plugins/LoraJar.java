package dev.atelier.server.plugins;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** The LoRA plugin as the build makes it. */
public final class LoraJar {
  private static final Path JAR = Path.of("..", "plugins", "lora", "target", "lora.jar");

  private LoraJar() {}

  /** Puts it into the plugin folder of a data folder. */
  public static void dropInto(Path data) {
    Path folder = data.resolve("plugins");
    try {
      Files.createDirectories(folder);
      Path partial = Files.copy(JAR, folder.resolve(".lora.part"));
      Files.move(
          partial,
          folder.resolve("lora.jar"),
          StandardCopyOption.ATOMIC_MOVE,
          StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
