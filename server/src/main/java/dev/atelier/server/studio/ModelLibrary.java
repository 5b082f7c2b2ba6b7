package dev.atelier.server.studio;

import dev.atelier.models.catalog.ModelCatalog;
import dev.atelier.models.catalog.ModelEntry;
import dev.atelier.server.events.StudioEvents;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The models on disk: the catalog as it was last read, and reading it again. Thread-safe. */
public final class ModelLibrary {
  private final Vertx vertx;
  private final List<Path> folders;
  private final StudioEvents events;
  private final ModelHashes hashes;
  private volatile ModelCatalog catalog;

  private ModelLibrary(
      Vertx vertx,
      List<Path> folders,
      StudioEvents events,
      ModelHashes hashes,
      ModelCatalog catalog) {
    this.vertx = vertx;
    this.folders = folders;
    this.events = events;
    this.hashes = hashes;
    this.catalog = catalog;
  }

  /** Reads the folders for the first time. */
  public static Future<ModelLibrary> open(
      Vertx vertx, List<Path> folders, StudioEvents events, ModelHashes hashes) {
    List<Path> all = List.copyOf(folders);
    return scan(vertx, all, hashes)
        .map(catalog -> new ModelLibrary(vertx, all, events, hashes, catalog));
  }

  /** The hashes of the models, as far as they are known. */
  public ModelHashes hashes() {
    return hashes;
  }

  /**
   * The short hash of a checkpoint that a picture was made with. Where it is not known yet, it is
   * computed for the next one.
   */
  public Optional<String> hashOfUsed(String id) {
    Optional<ModelEntry> model = catalog.checkpoint(id);
    model.ifPresent(hashes::want);
    return model.flatMap(hashes::shortHash);
  }

  /** What the last scan found. */
  public ModelCatalog catalog() {
    return catalog;
  }

  /** Reads the folders again and tells every page. */
  public Future<ModelCatalog> rescan() {
    return scan(vertx, folders, hashes)
        .onSuccess(
            found -> {
              catalog = found;
              events.publish(new JsonObject().put("type", "models"));
            });
  }

  private static Future<ModelCatalog> scan(Vertx vertx, List<Path> folders, ModelHashes hashes) {
    return vertx.executeBlocking(
        () -> {
          ModelCatalog found = ModelCatalog.scan(folders);
          hashes.look(found);
          return found;
        });
  }
}
