package dev.atelier.server.cli;

import io.vertx.core.json.JsonObject;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Where models are looked for, also in the studio that runs. */
@Command(
    name = "folders",
    description = "List the folders that models are looked for in, add one or take one off.",
    sortOptions = false)
final class ModelFoldersCommand implements Runnable {
  private static final String FOLDERS = "/models/folders";

  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Say what to do: add, list or remove.");
  }

  @Command(name = "list", description = "The folders, and how many models are in each.")
  int list(@Mixin StudioOptions options, @Mixin DownloadOptions downloads)
      throws CannotRunException, InterruptedException {
    try (StudioSession studio = StudioSession.open(ModelsCommand.config(options, downloads))) {
      return print(studio.call("GET", FOLDERS, null));
    }
  }

  @Command(
      name = "add",
      description =
          "Add a model folder, that of AUTOMATIC1111, Forge or ComfyUI, or one diffusers folder.")
  int add(
      @Parameters(paramLabel = "DIR") Path folder,
      @Mixin StudioOptions options,
      @Mixin DownloadOptions downloads)
      throws CannotRunException, InterruptedException {
    try (StudioSession studio = StudioSession.open(ModelsCommand.config(options, downloads))) {
      return print(
          studio.call("POST", FOLDERS, new JsonObject().put("path", whole(folder).toString())));
    }
  }

  @Command(
      name = "remove",
      description = "Take a folder off the list that was added to it; nothing in it is touched.")
  int remove(
      @Parameters(paramLabel = "DIR") Path folder,
      @Mixin StudioOptions options,
      @Mixin DownloadOptions downloads)
      throws CannotRunException, InterruptedException {
    try (StudioSession studio = StudioSession.open(ModelsCommand.config(options, downloads))) {
      Optional<String> id =
          folders(studio.call("GET", FOLDERS, null))
              .filter(known -> known.getString("path").equals(whole(folder).toString()))
              .flatMap(known -> Optional.ofNullable(known.getString("id")).stream())
              .findFirst();
      if (id.isEmpty()) {
        throw new CannotRunException(
            folder
                + " was not added to the list; './atelier models folders list' shows what was, as"
                + " “added”.");
      }
      return print(studio.call("DELETE", FOLDERS + "/" + id.get(), null));
    }
  }

  /** From where the command was called. */
  private static Path whole(Path folder) {
    return folder.toAbsolutePath().normalize();
  }

  private static Stream<JsonObject> folders(JsonObject answer) {
    return answer.getJsonArray("folders").stream().map(JsonObject.class::cast);
  }

  private int print(JsonObject answer) {
    PrintWriter out = spec.commandLine().getOut();
    for (JsonObject folder : folders(answer).toList()) {
      out.printf(
          "%-10s %-10s %4d  %s%n",
          folder.getString("origin"),
          Optional.ofNullable(folder.getString("layout")).orElse("-"),
          folder.getInteger("models"),
          folder.getString("path"));
      if (folder.getString("problem") != null) {
        out.println("  " + folder.getString("problem"));
      }
    }
    return 0;
  }
}
