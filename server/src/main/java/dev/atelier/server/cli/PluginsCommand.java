package dev.atelier.server.cli;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The plugins of a studio that runs, and the beginnings of new ones. */
@Command(
    name = "plugins",
    description = "List, switch and write plugins.",
    synopsisSubcommandLabel = "COMMAND")
final class PluginsCommand {
  @Spec private CommandSpec spec;

  /** What every command that talks to a studio takes. */
  static final class StudioAddress {
    @Option(
        names = "--url",
        paramLabel = "URL",
        defaultValue = "http://127.0.0.1:${ATELIER_PORT:-7860}",
        description = "Where the studio runs (${DEFAULT-VALUE}).")
    private String url = "";

    StudioClient client() {
      return new StudioClient(url);
    }
  }

  /** What a command that unloads takes besides. */
  static final class Cancel {
    @Option(
        names = "--cancel",
        description = "Cancel the pictures that the plugin takes part in, rather than wait.")
    private boolean cancel;

    String query() {
      return cancel ? "?cancel=true" : "";
    }
  }

  private int print(JsonObject answer) {
    PrintWriter out = spec.commandLine().getOut();
    JsonArray plugins = answer.getJsonArray("plugins");
    if (plugins.isEmpty()) {
      out.println("No plugins; put a jar into " + answer.getString("folder"));
    }
    for (int i = 0; i < plugins.size(); i++) {
      JsonObject plugin = plugins.getJsonObject(i);
      out.printf(
          "%-24s %-10s %s%n",
          plugin.getString("id"), plugin.getString("version"), plugin.getString("state"));
      if (plugin.getString("problem") != null) {
        out.println("  " + plugin.getString("problem"));
      }
      plugin.getJsonArray("notes").forEach(note -> out.println("  " + note));
    }
    return 0;
  }

  @Command(description = "List the plugins of the running studio.")
  int list(@Mixin StudioAddress studio) throws CannotRunException {
    return print(studio.client().call("GET", "/api/v1/plugins"));
  }

  @Command(description = "Switch a plugin on, also one that failed.")
  int enable(@Mixin StudioAddress studio, @Parameters(paramLabel = "ID") String id)
      throws CannotRunException {
    return print(studio.client().call("POST", path(id) + "/enable"));
  }

  @Command(description = "Switch a plugin off; waits for the picture in hand.")
  int disable(
      @Mixin StudioAddress studio, @Mixin Cancel cancel, @Parameters(paramLabel = "ID") String id)
      throws CannotRunException {
    return print(studio.client().call("POST", path(id) + "/disable" + cancel.query()));
  }

  @Command(description = "End a plugin and start it anew from its jar.")
  int reload(
      @Mixin StudioAddress studio, @Mixin Cancel cancel, @Parameters(paramLabel = "ID") String id)
      throws CannotRunException {
    return print(studio.client().call("POST", path(id) + "/reload" + cancel.query()));
  }

  @Command(description = "End a plugin and delete its jar.")
  int remove(
      @Mixin StudioAddress studio, @Mixin Cancel cancel, @Parameters(paramLabel = "ID") String id)
      throws CannotRunException {
    return print(studio.client().call("DELETE", path(id) + cancel.query()));
  }

  @Command(description = "Send a jar to a studio that installs plugins over HTTP.")
  int install(
      @Mixin StudioAddress studio,
      @Option(
              names = "--token-file",
              paramLabel = "FILE",
              required = true,
              defaultValue = "${ATELIER_PLUGIN_UPLOAD_TOKEN_FILE}",
              description =
                  "The file of the token that the studio was started with"
                      + " (ATELIER_PLUGIN_UPLOAD_TOKEN_FILE).")
          Path tokenFile,
      @Parameters(paramLabel = "JAR") Path jar)
      throws CannotRunException {
    try {
      return print(studio.client().install(jar, Files.readString(tokenFile).strip()));
    } catch (IOException e) {
      throw new CannotRunException("The file " + e.getMessage() + " cannot be read.", e);
    }
  }

  private static String path(String id) {
    return "/api/v1/plugins/" + StudioClient.segment(id);
  }

  @Command(name = "new", description = "Make a Maven project of a new plugin, with a test.")
  int make(
      @Parameters(
              paramLabel = "NAME",
              description = "Its id and folder: small letters, digits and hyphens.")
          Path folder)
      throws CannotRunException {
    try {
      PluginProject.make(folder);
    } catch (IOException e) {
      throw new CannotRunException(folder + " cannot be written (" + e.getMessage() + ").", e);
    }
    PrintWriter out = spec.commandLine().getOut();
    out.println("Made " + folder + ". Build it, and put it into the studio's plugin folder:");
    out.printf("  ./mvnw -f %s package%n", folder);
    out.printf("  cp %s/target/%s.jar data/plugins/%n", folder, folder.getFileName());
    return 0;
  }

  @Command(description = "Write the plugin API for a project to build against: DIR/lib.")
  int api(@Parameters(paramLabel = "DIR", description = "The project's folder.") Path folder)
      throws CannotRunException {
    try {
      ApiJars.write(folder.resolve("lib"));
    } catch (IOException e) {
      throw new CannotRunException(folder + " cannot be written (" + e.getMessage() + ").", e);
    }
    spec.commandLine().getOut().println("Wrote the plugin API into " + folder.resolve("lib"));
    return 0;
  }
}
