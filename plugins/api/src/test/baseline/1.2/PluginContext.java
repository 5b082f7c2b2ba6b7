package dev.atelier.plugins.api;
import dev.atelier.models.catalog.ModelCatalog;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
public interface PluginContext {
  String id();
  String version();
  Path dataFolder();
  ModelCatalog models();
  void every(Duration pause, Runnable task);
  void tellPanels(Map<String, ?> message);
}
