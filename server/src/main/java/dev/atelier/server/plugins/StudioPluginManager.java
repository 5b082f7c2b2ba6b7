package dev.atelier.server.plugins;

import java.nio.file.Path;
import java.util.function.Function;
import org.pf4j.AbstractPluginManager;
import org.pf4j.ClassLoadingStrategy;
import org.pf4j.CompoundPluginRepository;
import org.pf4j.DefaultExtensionFactory;
import org.pf4j.DefaultExtensionFinder;
import org.pf4j.ExtensionFactory;
import org.pf4j.ExtensionFinder;
import org.pf4j.JarPluginLoader;
import org.pf4j.ManifestPluginDescriptorFinder;
import org.pf4j.Plugin;
import org.pf4j.PluginClassLoader;
import org.pf4j.PluginDescriptor;
import org.pf4j.PluginDescriptorFinder;
import org.pf4j.PluginFactory;
import org.pf4j.PluginLoader;
import org.pf4j.PluginRepository;
import org.pf4j.PluginStatusProvider;
import org.pf4j.PluginWrapper;
import org.pf4j.VersionManager;

/**
 * PF4J as the host uses it: it reads descriptors, makes class loaders that see one another as the
 * plugins depend on each other, and starts and stops. Not thread-safe: it belongs to the host's
 * thread.
 */
final class StudioPluginManager extends AbstractPluginManager {
  private final Function<PluginWrapper, Plugin> instances;

  /**
   * @param scratch folder of the jars that are loaded
   * @param instances what PF4J starts and stops for a plugin
   */
  StudioPluginManager(Path scratch, Function<PluginWrapper, Plugin> instances) {
    super(scratch);
    this.instances = instances;
  }

  /** Gives back the plugin alone; those that depend on it have been given back before. */
  void unload(String id) {
    unloadPlugin(id, false);
  }

  @Override
  protected PluginRepository createPluginRepository() {
    return new CompoundPluginRepository();
  }

  @Override
  protected PluginFactory createPluginFactory() {
    // Called when PF4J is under construction, used when all is there.
    return wrapper -> instances.apply(wrapper);
  }

  @Override
  protected ExtensionFactory createExtensionFactory() {
    return new DefaultExtensionFactory();
  }

  @Override
  protected PluginDescriptorFinder createPluginDescriptorFinder() {
    return new ManifestPluginDescriptorFinder();
  }

  @Override
  protected ExtensionFinder createExtensionFinder() {
    // Never asked: plugins say themselves what they contribute.
    return new DefaultExtensionFinder(this);
  }

  @Override
  protected PluginStatusProvider createPluginStatusProvider() {
    return new PluginStatusProvider() {
      @Override
      public boolean isPluginDisabled(String pluginId) {
        return false; // The host knows, and loads no plugin that is.
      }

      @Override
      public void disablePlugin(String pluginId) {}

      @Override
      public void enablePlugin(String pluginId) {}
    };
  }

  @Override
  protected PluginLoader createPluginLoader() {
    return new JarPluginLoader(this) {
      @Override
      protected PluginClassLoader createPluginClassLoader(Path path, PluginDescriptor plugin) {
        return new PluginClassLoader(
            pluginManager,
            plugin,
            new ApiClasses(StudioPluginManager.class.getClassLoader()),
            ClassLoadingStrategy.PDA) {
          @Override
          protected boolean shouldDelegateToParent(String className) {
            // A plugin that packed the API into its jar would not be known by ours.
            return ApiClasses.shows(className);
          }
        };
      }
    };
  }

  @Override
  protected VersionManager createVersionManager() {
    return new ApiVersions();
  }
}
