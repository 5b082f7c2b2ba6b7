package dev.atelier.server.plugins;

/**
 * A plugin threw or blocked, or is not there; the message is a sentence for the user. It never
 * carries what was thrown: that may be of a class of the plugin's, which must be free to go.
 */
public final class PluginFault extends RuntimeException {
  private static final long serialVersionUID = 1L;

  PluginFault(String sentence) {
    super(sentence);
  }
}
