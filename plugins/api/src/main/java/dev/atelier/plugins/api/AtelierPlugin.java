package dev.atelier.plugins.api;

/**
 * A plugin: the class that the jar's manifest names as {@code Plugin-Class}, public, with a public
 * constructor without parameters.
 *
 * <p>Every callback, here and in the contributions, runs on a thread of the plugin's own and may
 * take its time only up to the host's limit (30 s): a plugin that throws or takes longer is
 * switched off, with its error shown. Callbacks of different pictures and requests may come at the
 * same time.
 */
public interface AtelierPlugin {
  /**
   * Starts the plugin.
   *
   * @param context what the host gives it, until it is stopped
   * @return what it contributes
   * @throws Exception when it cannot work; the message is shown to the user, so that it should say
   *     what to do
   */
  Contributions start(PluginContext context) throws Exception;

  /**
   * Ends whatever it started itself: threads, files, connections. Called once, when no picture uses
   * it any more and its contributions are gone.
   */
  default void stop() throws Exception {}

  /** Bytes that it holds in memory besides its code, shown to the user. Cheap. */
  default long memoryBytes() {
    return 0;
  }
}
