package dev.atelier.server.studio;

import dev.atelier.models.catalog.ModelCatalog;
import dev.atelier.server.events.StudioEvents;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.List;

/** The models on disk: the catalog as it was last read, and reading it again. Thread-safe. */
public final class ModelLibrary {
  private final Vertx vertx;
  private final List<Path> folders;
  private final StudioEvents events;
  private volatile ModelCatalog catalog;

  private ModelLibrary(Vertx vertx, List<Path> folders, StudioEvents events, ModelCatalog catalog) {
    this.vertx = vertx;
    this.folders = folders;
    this.events = events;
    this.catalog = catalog;
  }

  /** Reads the folders for the first time. */
  public static Future<ModelLibrary> open(Vertx vertx, List<Path> folders, StudioEvents events) {
    List<Path> all = List.copyOf(folders);
    return scan(vertx, all).map(catalog -> new ModelLibrary(vertx, all, events, catalog));
  }

  /** What the last scan found. */
  public ModelCatalog catalog() {
    return catalog;
  }

  /** Reads the folders again and tells every page. */
  public Future<ModelCatalog> rescan() {
    return scan(vertx, folders)
        .onSuccess(
            found -> {
              catalog = found;
              events.publish(new JsonObject().put("type", "models"));
            });
  }

  private static Future<ModelCatalog> scan(Vertx vertx, List<Path> folders) {
    return vertx.executeBlocking(() -> ModelCatalog.scan(folders));
  }
}
