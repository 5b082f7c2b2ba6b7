package dev.atelier.server.plugins;

import dev.atelier.models.catalog.ModelCatalog;
import dev.atelier.plugins.api.PluginContext;
import dev.atelier.server.events.StudioEvents;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

/** What one plugin is given. */
final class HostContext implements PluginContext {
  private final String id;
  private final String version;
  private final Path data;
  private final Supplier<ModelCatalog> models;
  private final StudioEvents events;
  private final Callbacks callbacks;

  HostContext(
      String id,
      String version,
      Path data,
      Supplier<ModelCatalog> models,
      StudioEvents events,
      Callbacks callbacks) {
    this.id = id;
    this.version = version;
    this.data = data;
    this.models = models;
    this.events = events;
    this.callbacks = callbacks;
  }

  @Override
  public String id() {
    return id;
  }

  @Override
  public String version() {
    return version;
  }

  @Override
  public Path dataFolder() {
    try {
      return Files.createDirectories(data);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public ModelCatalog models() {
    return models.get();
  }

  @Override
  public void every(Duration pause, Runnable task) {
    callbacks.every(pause, task);
  }

  @Override
  public void tellPanels(Map<String, ?> message) {
    // As text first: nothing of the plugin's may go out into the studio.
    JsonObject copy = new JsonObject(new JsonObject(new LinkedHashMap<>(message)).encode());
    events.publish(
        new JsonObject().put("type", "plugin_message").put("plugin", id).put("message", copy));
  }
}
