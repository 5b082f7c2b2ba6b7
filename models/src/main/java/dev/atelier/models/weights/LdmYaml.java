package dev.atelier.models.weights;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;

/** The configuration of the original code that some people keep beside a checkpoint. */
final class LdmYaml {
  /** Real ones have two kilobytes. */
  private static final long MAX_BYTES = 1 << 16;

  private static final Pattern V =
      Pattern.compile("(?m)^[ \\t]*parameterization:[ \\t]*[\"']?v[\"']?[ \\t]*(#.*)?\\r?$");

  private LdmYaml() {}

  /** Whether the file of the same name with the ending {@code .yaml} says v-prediction. */
  static boolean predictsV(Path checkpoint) {
    Path yaml = beside(checkpoint);
    try {
      return Files.isRegularFile(yaml)
          && Files.size(yaml) <= MAX_BYTES
          && V.matcher(new String(Files.readAllBytes(yaml), StandardCharsets.UTF_8)).find();
    } catch (IOException e) {
      throw new WeightsException(yaml, "it cannot be read.", e);
    }
  }

  /** Where the configuration of a checkpoint would be. */
  static Path beside(Path checkpoint) {
    String name = checkpoint.getFileName().toString();
    int ending = name.lastIndexOf('.');
    return checkpoint.resolveSibling((ending < 0 ? name : name.substring(0, ending)) + ".yaml");
  }
}
