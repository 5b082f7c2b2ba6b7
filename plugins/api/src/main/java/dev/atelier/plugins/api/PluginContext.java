package dev.atelier.plugins.api;

import dev.atelier.models.catalog.ModelCatalog;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/** What the host gives to one plugin while it runs. Thread-safe. */
public interface PluginContext {
  /** The plugin's id. */
  String id();

  /** The plugin's version. */
  String version();

  /** A folder of its own for what it keeps; it is there, and stays when the plugin is replaced. */
  Path dataFolder();

  /** The models on disk as the last scan found them. */
  ModelCatalog models();

  /**
   * Calls {@code task} again and again until the plugin is stopped. What it throws switches the
   * plugin off.
   *
   * @param pause from the end of one call to the begin of the next, at least 10 ms
   */
  void every(Duration pause, Runnable task);

  /**
   * Tells the plugin's panels in every open page something.
   *
   * @param message JSON: values are texts, numbers, booleans, null, lists and maps of such
   */
  void tellPanels(Map<String, ?> message);
}
