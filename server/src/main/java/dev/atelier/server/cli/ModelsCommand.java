package dev.atelier.server.cli;

import dev.atelier.server.ServerConfig;
import dev.atelier.server.gpu.MemoryLimits;
import dev.atelier.server.plugins.PluginSetup;
import io.vertx.core.json.JsonObject;
import java.io.Console;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Models: which there are, getting one, taking one away again. */
@Command(
    name = "models",
    description = "List models, get one from Hugging Face or Civitai, or take one away again.",
    subcommands = ModelFoldersCommand.class,
    sortOptions = false)
final class ModelsCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "Say what to do: add, list, remove or folders.");
  }

  @Command(name = "add", description = "Get a model. What would be downloaded is shown first.")
  int add(
      @Parameters(
              paramLabel = "WHAT",
              description =
                  "owner/name, owner/name@revision or owner/name:file of Hugging Face,"
                      + " civitai:MODEL or civitai:MODEL@VERSION, or an https address.")
          String what,
      @Option(names = "--dry-run", description = "Only show what would be downloaded.")
          boolean dryRun,
      @Option(
              names = {"-y", "--yes"},
              description = "Agree without being asked.")
          boolean yes,
      @Option(names = "--fp16", description = "Take 16-bit weights where there are any.")
          boolean half,
      @Mixin StudioOptions options,
      @Mixin DownloadOptions downloads)
      throws CannotRunException, InterruptedException {
    PrintWriter out = spec.commandLine().getOut();
    try (StudioSession studio = StudioSession.open(config(options, downloads))) {
      JsonObject question = new JsonObject().put("address", what);
      JsonObject offer =
          studio.call("POST", "/models/look", half ? question.put("fp16", true) : question);
      PlanText.print(offer, out);
      if (offer.getJsonObject("plan") == null) {
        throw new CannotRunException(
            "Say which one: ./atelier models add ADDRESS, with an address from the list.");
      }
      if (dryRun) {
        return 0;
      }
      if (!yes && !agreed(out)) {
        out.println("Nothing was downloaded.");
        return 1;
      }
      return new DownloadFollower(studio, out).follow(begun(studio, offer.getJsonObject("plan")));
    }
  }

  /** A new download, or the one of before that stopped. */
  private static String begun(StudioSession studio, JsonObject plan)
      throws CannotRunException, InterruptedException {
    for (JsonObject known : downloads(studio).toList()) {
      boolean same =
          known.getJsonObject("plan").getString("address").equals(plan.getString("address"));
      if (same && List.of("paused", "failed").contains(known.getString("state"))) {
        String id = known.getString("id");
        studio.call("POST", "/models/downloads/" + id + "/resume", null);
        return id;
      }
    }
    return studio
        .call("POST", "/models/downloads", new JsonObject().put("plan", plan.getString("id")))
        .getString("id");
  }

  private static boolean agreed(PrintWriter out) throws CannotRunException {
    Console console = System.console();
    if (console == null) {
      throw new CannotRunException("Nobody can be asked here; say --yes to agree.");
    }
    out.flush();
    String answer = console.readLine("Download it? [y/N] ");
    return answer != null && answer.strip().toLowerCase(Locale.ROOT).startsWith("y");
  }

  @Command(name = "list", description = "The models that there are, and downloads that stopped.")
  int list(@Mixin StudioOptions options, @Mixin DownloadOptions downloads)
      throws CannotRunException, InterruptedException {
    PrintWriter out = spec.commandLine().getOut();
    try (StudioSession studio = StudioSession.open(config(options, downloads))) {
      for (Object entry : studio.call("GET", "/models", null).getJsonArray("models")) {
        JsonObject model = (JsonObject) entry;
        out.printf(
            "%-10s %10s  %s%s%n",
            model.getString("kind"),
            Sizes.text(model.getLong("bytes")),
            model.getString("id"),
            model.getBoolean("usable") ? "" : "  (" + model.getString("problem") + ")");
      }
      downloads(studio)
          .filter(download -> !download.getString("state").equals("done"))
          .forEach(
              download ->
                  out.printf(
                      "%-10s %10s  %s%n",
                      download.getString("state"),
                      Sizes.text(download.getJsonObject("plan").getLong("bytes")),
                      download.getJsonObject("plan").getString("address")));
      return 0;
    }
  }

  @Command(
      name = "remove",
      description =
          "Take away a model that was downloaded: it goes to .trash in the folder of downloads. Or"
              + " give up a download.")
  int remove(
      @Parameters(paramLabel = "NAME", description = "Its name, its id or the address it is from.")
          String name,
      @Mixin StudioOptions options,
      @Mixin DownloadOptions downloads)
      throws CannotRunException, InterruptedException {
    try (StudioSession studio = StudioSession.open(config(options, downloads))) {
      List<JsonObject> meant = downloads(studio).filter(one -> isMeant(one, name)).toList();
      if (meant.size() != 1) {
        throw new CannotRunException(
            meant.isEmpty()
                ? "No model of that name was downloaded by Atelier, and others are not its to remove; './atelier models list' lists them."
                : "More than one download is called that; say which by its address.");
      }
      JsonObject gone =
          studio.call("DELETE", "/models/downloads/" + meant.get(0).getString("id"), null);
      spec.commandLine()
          .getOut()
          .println(
              gone.getString("state").equals("removed")
                  ? gone.getString("path") + " is in the trash now."
                  : "The download was given up.");
      return 0;
    }
  }

  private static boolean isMeant(JsonObject download, String name) {
    JsonObject plan = download.getJsonObject("plan");
    String path = download.getString("path");
    String file =
        path == null
            ? ""
            : path.substring(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
    String target = plan.getString("target");
    return Stream.of(
            download.getString("id"),
            plan.getString("name"),
            plan.getString("address"),
            target,
            file)
        .anyMatch(known -> known.equals(name) || withoutEnding(known).equals(withoutEnding(name)));
  }

  private static String withoutEnding(String name) {
    return name.replaceFirst("\\.(safetensors|ckpt|pt|pth|bin)$", "");
  }

  private static Stream<JsonObject> downloads(StudioSession studio)
      throws CannotRunException, InterruptedException {
    return studio.call("GET", "/models/downloads", null).getJsonArray("downloads").stream()
        .map(JsonObject.class::cast);
  }

  /** Of a studio that a command opens where none runs. */
  static ServerConfig config(StudioOptions options, DownloadOptions downloads)
      throws CannotRunException {
    return new ServerConfig(
        "127.0.0.1",
        0,
        options.dataDir(),
        options.modelDirs(),
        options.builtInModels(),
        List.of(),
        MemoryLimits.OF_MACHINE,
        downloads.setup(options.dataDir()),
        PluginSetup.NONE,
        false);
  }
}
