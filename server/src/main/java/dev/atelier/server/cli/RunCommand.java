package dev.atelier.server.cli;

import dev.atelier.server.AtelierServer;
import dev.atelier.server.ServerConfig;
import dev.atelier.server.gpu.MemoryLimits;
import dev.atelier.server.plugins.PluginSetup;
import java.io.IOException;
import java.net.BindException;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.nio.channels.UnresolvedAddressException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Starts the studio and keeps it running until the process is told to stop. */
@Command(name = "run", description = "Start the studio.", sortOptions = false)
final class RunCommand implements Callable<Integer> {
  private static final Logger LOG = LoggerFactory.getLogger(RunCommand.class);

  /** Longer than a step of any picture, which a stop waits for. */
  private static final int STOP_SECONDS = 60;

  @Option(
      names = "--host",
      defaultValue = "${ATELIER_HOST:-127.0.0.1}",
      description = "Address to listen on (ATELIER_HOST; ${DEFAULT-VALUE}).")
  private String host = "127.0.0.1";

  @Option(
      names = "--port",
      defaultValue = "${ATELIER_PORT:-7860}",
      description = "Port to listen on; 0 takes any free one (ATELIER_PORT; ${DEFAULT-VALUE}).")
  private int port = 7860;

  @Option(
      names = "--allow-host",
      paramLabel = "NAME",
      split = ",",
      defaultValue = "${ATELIER_ALLOW_HOST}",
      description =
          "Another host name that browsers may use; may be given again (ATELIER_ALLOW_HOST,"
              + " separated by commas).")
  private List<String> allowedHosts = List.of();

  @Option(
      names = "--model-memory",
      paramLabel = "SIZE",
      converter = MemorySize.class,
      defaultValue = "${ATELIER_MODEL_MEMORY}",
      description =
          "Memory that models may take on the device that computes, e.g. 6G (ATELIER_MODEL_MEMORY;"
              + " 60 %% of the machine's, or 75 %% of the GPU's).")
  private Long modelMemory;

  @Option(
      names = "--host-memory",
      paramLabel = "SIZE",
      converter = MemorySize.class,
      defaultValue = "${ATELIER_HOST_MEMORY}",
      description =
          "Memory of the machine for models that make room on a GPU; 0 keeps none there"
              + " (ATELIER_HOST_MEMORY; a quarter of the machine's).")
  private Long hostMemory;

  @Option(
      names = "--plugin-upload-token-file",
      paramLabel = "FILE",
      defaultValue = "${ATELIER_PLUGIN_UPLOAD_TOKEN_FILE}",
      description =
          "Lets those who have the token in this file install plugins over HTTP"
              + " (ATELIER_PLUGIN_UPLOAD_TOKEN_FILE; nobody may).")
  private Path uploadTokenFile;

  @Option(
      names = "--folders-over-http",
      arity = "0..1",
      fallbackValue = "true",
      converter = Flag.class,
      defaultValue = "${ATELIER_FOLDERS_OVER_HTTP:-false}",
      description =
          "Lets everyone who reaches the studio add model folders of this machine"
              + " (ATELIER_FOLDERS_OVER_HTTP=true; only this machine may, where the studio listens"
              + " there alone).")
  private boolean foldersOverHttp;

  /** A variable that is set to nothing says no. */
  static final class Flag implements ITypeConverter<Boolean> {
    @Override
    public Boolean convert(String value) {
      return Boolean.valueOf(value);
    }
  }

  @Mixin private final DownloadOptions downloads = new DownloadOptions();
  @Mixin private final StudioOptions studio = new StudioOptions();
  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws CannotRunException, InterruptedException {
    AtelierServer server = start(config());
    var stopped = new CountDownLatch(1);
    Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(server, stopped), "stop"));
    spec.commandLine().getOut().println("Atelier is ready at " + address(server.port()));
    stopped.await();
    return 0;
  }

  private ServerConfig config() throws CannotRunException {
    if (port < 0 || port > 65535) {
      throw new CannotRunException("--port must be between 0 and 65535, not " + port + ".");
    }
    Path builtIn = studio.builtInModel();
    if (!Files.isDirectory(builtIn)) {
      throw new CannotRunException(
          "The built-in model is not at "
              + builtIn.toAbsolutePath().normalize()
              + "; start Atelier with its launcher, or set ATELIER_HOME to its checkout.");
    }
    if (modelMemory != null && modelMemory == 0) {
      throw new CannotRunException("--model-memory must be above 0.");
    }
    PluginSetup plugins =
        new PluginSetup(
            Optional.of(studio.bundledPlugins()), UploadTokenFile.read(uploadTokenFile));
    return new ServerConfig(
        host,
        port,
        studio.dataDir(),
        studio.modelDirs(),
        studio.builtInModels(),
        allowedHosts,
        new MemoryLimits(limit(modelMemory), limit(hostMemory)),
        downloads.setup(studio.dataDir()),
        plugins,
        foldersOverHttp);
  }

  private static OptionalLong limit(Long bytes) {
    return bytes == null ? OptionalLong.empty() : OptionalLong.of(bytes);
  }

  private AtelierServer start(ServerConfig config) throws CannotRunException, InterruptedException {
    try {
      return AtelierServer.start(config).toCompletionStage().toCompletableFuture().get();
    } catch (ExecutionException e) {
      LOG.debug("The server does not start.", e);
      throw new CannotRunException(whyNot(e.getCause(), config), e);
    }
  }

  private String whyNot(Throwable cause, ServerConfig config) {
    Throwable root = rootOf(cause);
    if (root instanceof BindException && String.valueOf(root.getMessage()).contains("in use")) {
      return "Port "
          + port
          + " is in use already; stop what listens there, or choose another with --port.";
    }
    if (root instanceof SocketException
        || root instanceof UnknownHostException
        || root instanceof UnresolvedAddressException) {
      return host
          + " on port "
          + port
          + " cannot be listened on ("
          + root.getMessage()
          + "); choose other ones with --host and --port.";
    }
    if (cause instanceof FileSystemException file) {
      return "The data folder "
          + config.dataDir()
          + " cannot be used ("
          + (file.getReason() == null ? file : file.getReason())
          + "); choose another with --data.";
    }
    // What the server throws itself is a sentence already.
    return cause instanceof IOException || cause instanceof IllegalArgumentException
        ? cause.getMessage()
        : "Atelier does not start: " + cause;
  }

  private static Throwable rootOf(Throwable e) {
    Throwable root = e;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return root;
  }

  private String address(int boundPort) {
    String literal = host.contains(":") ? "[" + host + "]" : host;
    return "http://" + literal + ":" + boundPort;
  }

  private static void stop(AtelierServer server, CountDownLatch stopped) {
    try {
      server.close().toCompletionStage().toCompletableFuture().get(STOP_SECONDS, TimeUnit.SECONDS);
    } catch (Exception e) {
      LOG.warn("The studio did not stop cleanly.", e);
    } finally {
      stopped.countDown();
    }
  }
}
