package dev.atelier.server.plugins;

import java.time.Duration;

/**
 * The host's patience.
 *
 * @param callback how long one call of a plugin may take
 * @param stop how long a plugin's threads may take to end when it is unloaded
 * @param settle how long a jar in the folder must stay the same before it is taken for complete
 */
public record PluginLimits(Duration callback, Duration stop, Duration settle) {
  /** For people's plugins. */
  public static final PluginLimits USUAL =
      new PluginLimits(Duration.ofSeconds(30), Duration.ofSeconds(5), Duration.ofMillis(150));
}
