package dev.atelier.server;

import dev.atelier.models.text.ClipVocabulary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** The reference's small checkpoint. */
public final class GoldenModel {
  /** The folder of everything that the reference made. */
  public static final Path GOLDEN =
      Path.of("..", "models", "src", "test", "resources", "golden").toAbsolutePath().normalize();

  private GoldenModel() {}

  /** Copies it as a diffusers folder with its vocabulary, which is CLIP's and not kept with it. */
  public static Path copyTo(Path folder) throws IOException {
    Path model = GOLDEN.resolve("model");
    try (Stream<Path> files = Files.walk(model)) {
      for (Path from : files.filter(Files::isRegularFile).toList()) {
        Path to = folder.resolve(model.relativize(from).toString());
        Files.createDirectories(to.getParent());
        Files.copy(from, to);
      }
    }
    ClipVocabulary.standard().writeTo(Files.createDirectories(folder.resolve("tokenizer")));
    return folder;
  }
}
