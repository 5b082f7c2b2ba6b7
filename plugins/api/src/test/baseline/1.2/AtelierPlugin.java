package dev.atelier.plugins.api;
public interface AtelierPlugin {
  Contributions start(PluginContext context) throws Exception;
  default void stop() throws Exception {}
  default long memoryBytes() {
    return 0;
  }
}
