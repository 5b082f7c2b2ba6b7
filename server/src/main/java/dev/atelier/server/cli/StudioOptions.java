package dev.atelier.server.cli;

import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Option;

/**
 * Where the studio's files are: options that more than one command takes. Each is also an
 * environment variable, or a system property of the same name, that the option overrides.
 */
final class StudioOptions {
  /** The folder of the checkout, set by the launcher. */
  @Option(names = "--home", hidden = true, defaultValue = "${atelier.home:-${ATELIER_HOME:-.}}")
  private Path home = Path.of(".");

  @Option(
      names = "--data",
      paramLabel = "DIR",
      defaultValue = "${ATELIER_DATA}",
      description =
          "Folder of the pictures and the job queue (ATELIER_DATA; data in the checkout).")
  private Path data;

  @Option(
      names = "--models",
      paramLabel = "DIR",
      split = "${sys:path.separator}",
      defaultValue = "${ATELIER_MODELS}",
      description = {
        "Folder with checkpoints/, loras/, controlnets/, vae/ and embeddings/, A1111's, Forge's or"
            + " ComfyUI's, or one diffusers folder; may be given again (ATELIER_MODELS, separated"
            + " as in PATH)."
      })
  private List<Path> models = List.of();

  /** The folder of the checkout. */
  Path home() {
    return home;
  }

  /** The folder of the data base and the gallery. */
  Path dataDir() {
    return isNamed(data) ? data : home.resolve("data");
  }

  /** The user's model folders, in order. */
  List<Path> modelDirs() {
    return models.stream().filter(StudioOptions::isNamed).toList();
  }

  /** The diffusers folder of the checkpoint that Atelier brings. */
  Path builtInModel() {
    return home.resolve("models").resolve("storybook");
  }

  /** That checkpoint, and the model folder of the LoRAs and ControlNets that come with it. */
  List<Path> builtInModels() {
    return List.of(builtInModel(), home.resolve("models").resolve("storybook-extras"));
  }

  /** The folder of the plugins that Atelier brings. */
  Path bundledPlugins() {
    return home.resolve("server").resolve("target").resolve("plugins");
  }

  /** Whether it names a folder: a variable that is set to nothing does not. */
  private static boolean isNamed(Path folder) {
    return folder != null && !folder.toString().isBlank();
  }
}
