package dev.atelier.server.plugins;

import dev.atelier.models.catalog.ModelCatalog;
import dev.atelier.server.events.StudioEvents;
import java.io.IOException;
import java.net.URLConnection;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.pf4j.PluginState;
import org.pf4j.PluginWrapper;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Loads and unloads jars; belongs to the host's thread. */
final class PluginLoading {
  private static final Logger LOG = LoggerFactory.getLogger(PluginLoading.class);

  private final PluginPlaces places;
  private final PluginLimits limits;
  private final StudioEvents events;
  private final Supplier<ModelCatalog> models;
  private final BiConsumer<RunningPlugin, String> onFault;
  private final Runnable onIdle;
  private final StudioPluginManager manager;

  /** The one that PF4J is asked to load right now. */
  private FoundJar jar;

  private RunningPlugin loaded;

  /** Counts loads, so that a browser takes a new version's modules for new ones. */
  private long generation = System.currentTimeMillis();

  /** Why a plugin does not start. */
  static final class Failed extends Exception {
    private static final long serialVersionUID = 1L;
    private final transient List<String> left;

    Failed(String sentence, List<String> left) {
      super(sentence);
      this.left = left;
    }

    /** What it left behind all the same. */
    List<String> left() {
      return left;
    }
  }

  /**
   * @param onFault told what a plugin did wrong
   * @param onIdle called when a plugin that is to end takes part in no picture any more
   */
  PluginLoading(
      PluginPlaces places,
      PluginLimits limits,
      StudioEvents events,
      Supplier<ModelCatalog> models,
      BiConsumer<RunningPlugin, String> onFault,
      Runnable onIdle) {
    this.places = places;
    this.limits = limits;
    this.events = events;
    this.models = models;
    this.onFault = onFault;
    this.onIdle = onIdle;
    this.manager = new StudioPluginManager(places.scratch(), this::instance);
  }

  /** Makes the folders and deletes what a crash left. */
  void open() throws IOException {
    // The cache of jar: connections keeps a jar open, and its class loader, for good.
    URLConnection.setDefaultUseCaches("jar", false);
    Files.createDirectories(places.scratch());
    try (DirectoryStream<Path> old = Files.newDirectoryStream(places.scratch(), "*.jar")) {
      for (Path file : old) {
        Files.delete(file);
      }
    }
  }

  private RunningPlugin instance(PluginWrapper wrapper) {
    String id = wrapper.getPluginId();
    String version = wrapper.getDescriptor().getVersion();
    AtomicReference<RunningPlugin> self = new AtomicReference<>();
    Callbacks callbacks =
        new Callbacks(
            id,
            wrapper.getPluginClassLoader(),
            limits,
            sentence -> onFault.accept(self.get(), sentence));
    HostContext context =
        new HostContext(id, version, places.data().resolve(id), models, events, callbacks);
    String files = "/plugins/%s/files/%x/".formatted(id, generation);
    loaded = new RunningPlugin(jar, wrapper, files, callbacks, context, onIdle);
    self.set(loaded);
    return loaded;
  }

  /**
   * Loads and starts a jar.
   *
   * @throws Failed when it does not start; it is unloaded again by then
   */
  RunningPlugin load(FoundJar found) throws Failed {
    jar = found;
    loaded = null;
    generation++;
    String id = PluginPlan.id(found);
    Path copy = places.scratch().resolve("%s-%x.jar".formatted(id, generation));
    try {
      Files.copy(found.file(), copy);
      manager.loadPlugin(copy);
      PluginState state = manager.startPlugin(id);
      if (state != PluginState.STARTED) {
        Throwable why = manager.getPlugin(id).getFailedException();
        throw new Failed(
            why == null || why.getMessage() == null ? "It does not start." : why.getMessage(),
            discard(id, copy));
      }
      return loaded;
    } catch (IOException | RuntimeException e) {
      LOG.debug("{} is not loaded", found.file(), e);
      throw new Failed("It cannot be loaded: " + e.getMessage(), discard(id, copy));
    } finally {
      jar = null;
      loaded = null;
    }
  }

  private List<String> discard(String id, Path copy) {
    List<String> left = List.of();
    if (loaded != null) {
      loaded.stop();
      left = loaded.left();
    }
    unload(id, copy);
    return left;
  }

  /**
   * Stops and unloads a plugin.
   *
   * @return what went wrong, each one sentence
   */
  List<String> unload(RunningPlugin plugin) {
    Path copy = manager.getPlugin(plugin.id()).getPluginPath();
    manager.stopPlugin(plugin.id());
    unload(plugin.id(), copy);
    return plugin.left();
  }

  private void unload(String id, Path copy) {
    try {
      manager.unload(id);
      Files.deleteIfExists(copy);
    } catch (IOException | RuntimeException e) {
      LOG.warn("What was left of the plugin {} stays until the next start", id, e);
    }
  }
}
