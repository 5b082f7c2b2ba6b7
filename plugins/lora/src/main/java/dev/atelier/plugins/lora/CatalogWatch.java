package dev.atelier.plugins.lora;

import dev.atelier.models.catalog.ModelCatalog;
import dev.atelier.plugins.api.PluginContext;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;

/** Tells the panels when the model folders were read again. */
final class CatalogWatch {
  private static final Duration PAUSE = Duration.ofMillis(500);

  private CatalogWatch() {}

  static void start(PluginContext context) {
    AtomicReference<ModelCatalog> seen = new AtomicReference<>(context.models());
    context.every(
        PAUSE,
        () -> {
          ModelCatalog now = context.models();
          // A scan makes a new one, and nothing else does.
          if (seen.getAndSet(now) != now) {
            context.tellPanels(Map.of("changed", true));
          }
        });
  }
}
