package dev.atelier.server.cli;

import dev.atelier.server.AtelierServer;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.ScopeType;

/** The command {@code atelier}. */
@Command(
    name = "atelier",
    description = "A browser image studio for Stable Diffusion 1.5.",
    mixinStandardHelpOptions = true,
    scope = ScopeType.INHERIT,
    versionProvider = Atelier.Version.class,
    subcommands = {
      RunCommand.class,
      DoctorCommand.class,
      BenchCommand.class,
      ConvertCommand.class,
      ModelsCommand.class,
      PluginsCommand.class
    })
public final class Atelier {
  private Atelier() {}

  public static void main(String[] args) {
    // DJL reports its use to its makers on some clouds unless it is told not to.
    System.setProperty("OPT_OUT_TRACKING", "true");
    System.exit(commandLine().execute(args));
  }

  /**
   * The command line with its sub-commands. What a command prints is UTF-8 whatever the locale
   * says: terminals are, and a locale is often not set.
   */
  static CommandLine commandLine() {
    return new CommandLine(new Atelier())
        .setOut(new PrintWriter(System.out, true, StandardCharsets.UTF_8))
        .setErr(new PrintWriter(System.err, true, StandardCharsets.UTF_8))
        .setExecutionExceptionHandler(Atelier::explain);
  }

  private static int explain(Exception e, CommandLine command, CommandLine.ParseResult parsed)
      throws Exception {
    if (e instanceof CannotRunException) {
      command.getErr().println(e.getMessage());
      return command.getCommandSpec().exitCodeOnExecutionException();
    }
    throw e;
  }

  /** What {@code --version} prints. */
  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {"Atelier " + AtelierServer.version()};
    }
  }
}
