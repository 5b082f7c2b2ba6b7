package dev.atelier.server.plugins;

import java.nio.file.Path;

/**
 * Where plugins are on the disk.
 *
 * @param folder where jars are dropped
 * @param scratch where those that run lie: a jar that runs must not change under it
 * @param data where plugins keep what is theirs, a folder each
 * @param switches the file of which are off
 * @param bundled the file of which of Atelier's own were laid there
 */
public record PluginPlaces(Path folder, Path scratch, Path data, Path switches, Path bundled) {
  /** The usual places in a data folder. */
  public static PluginPlaces in(Path data) {
    return new PluginPlaces(
        data.resolve("plugins"),
        data.resolve("plugins-running"),
        data.resolve("plugins-data"),
        data.resolve("plugins.json"),
        data.resolve("plugins-bundled.json"));
  }
}
