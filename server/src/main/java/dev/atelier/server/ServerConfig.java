package dev.atelier.server;

import dev.atelier.server.downloads.DownloadSetup;
import dev.atelier.server.gpu.MemoryLimits;
import dev.atelier.server.plugins.PluginSetup;
import dev.atelier.server.security.HostPolicy;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/**
 * How a studio is started.
 *
 * @param host address to listen on, e.g. {@code 127.0.0.1}
 * @param port port to listen on; 0 takes any free one
 * @param dataDir folder of the data base and the gallery; made when it is not there
 * @param modelDirs the user's model folders, in order
 * @param builtInModels the models that Atelier brings, as model folders or diffusers folders;
 *     always in the catalog, last
 * @param allowedHosts host names that requests may be addressed to, besides this machine's own
 * @param memory what models may take in memory
 * @param downloads how models are got, and where they go
 * @param plugins how plugins are got
 * @param foldersOverHttp whether whoever reaches the studio may add model folders of this machine,
 *     which those on this machine may anyway
 */
public record ServerConfig(
    String host,
    int port,
    Path dataDir,
    List<Path> modelDirs,
    List<Path> builtInModels,
    List<String> allowedHosts,
    MemoryLimits memory,
    DownloadSetup downloads,
    PluginSetup plugins,
    boolean foldersOverHttp) {

  public ServerConfig {
    Objects.requireNonNull(host, "host");
    Objects.requireNonNull(memory, "memory");
    Objects.requireNonNull(plugins, "plugins");
    if (port < 0 || port > 65535) {
      throw new IllegalArgumentException("The port must be between 0 and 65535, not " + port + ".");
    }
    dataDir = dataDir.toAbsolutePath().normalize();
    modelDirs = List.copyOf(modelDirs);
    builtInModels = builtInModels.stream().map(p -> p.toAbsolutePath().normalize()).toList();
    allowedHosts = List.copyOf(allowedHosts);
  }

  /** A studio with one built-in model, and without plugins but those that people install. */
  public ServerConfig(
      String host,
      int port,
      Path dataDir,
      List<Path> modelDirs,
      Path builtInModel,
      List<String> allowedHosts,
      MemoryLimits memory,
      DownloadSetup downloads) {
    this(
        host,
        port,
        dataDir,
        modelDirs,
        List.of(builtInModel),
        allowedHosts,
        memory,
        downloads,
        PluginSetup.NONE,
        false);
  }

  /** The same with other plugins. */
  public ServerConfig withPlugins(PluginSetup plugins) {
    return new ServerConfig(
        host,
        port,
        dataDir,
        modelDirs,
        builtInModels,
        allowedHosts,
        memory,
        downloads,
        plugins,
        foldersOverHttp);
  }

  /**
   * Whether model folders may be added over HTTP. A name that the studio was told to answer to may
   * be that of a server in front of it, through which others come.
   */
  boolean addsFolders() {
    return foldersOverHttp || (HostPolicy.isLoopback(host) && allowedHosts.isEmpty());
  }

  /**
   * A studio with one built-in model, whose models may take what the machine's size allows, and
   * that gets models from the usual hubs, into {@code models} in its data folder.
   */
  public ServerConfig(
      String host,
      int port,
      Path dataDir,
      List<Path> modelDirs,
      Path builtInModel,
      List<String> allowedHosts) {
    this(
        host,
        port,
        dataDir,
        modelDirs,
        builtInModel,
        allowedHosts,
        MemoryLimits.OF_MACHINE,
        DownloadSetup.usual(dataDir.resolve("models")));
  }
}
