package dev.atelier.server.studio;

import dev.atelier.models.catalog.ModelCatalog;
import dev.atelier.models.lora.LoraSummaries;
import dev.atelier.models.pipeline.ImageRequest;
import dev.atelier.server.events.StudioEvents;
import dev.atelier.server.folders.ListedFolder;
import dev.atelier.server.folders.ModelFolders;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** The models on disk: the catalog as it was last read, and reading it again. Thread-safe. */
public final class ModelLibrary {
  private final Vertx vertx;
  private final ModelFolders folders;
  private final StudioEvents events;
  private final ModelHashes hashes;
  private final LoraSummaries loras = new LoraSummaries();
  private volatile ModelCatalog catalog;

  private ModelLibrary(Vertx vertx, ModelFolders folders, StudioEvents events, ModelHashes hashes) {
    this.vertx = vertx;
    this.folders = folders;
    this.events = events;
    this.hashes = hashes;
  }

  /** Reads the folders for the first time. */
  public static Future<ModelLibrary> open(
      Vertx vertx, ModelFolders folders, StudioEvents events, ModelHashes hashes) {
    ModelLibrary library = new ModelLibrary(vertx, folders, events, hashes);
    return library.read().map(library);
  }

  /** The hashes of the models, as far as they are known. */
  public ModelHashes hashes() {
    return hashes;
  }

  /** Has the hashes computed that a picture of this request will carry, unless they are known. */
  public void expect(ImageRequest request) {
    ModelCatalog now = catalog;
    now.checkpoint(request.model())
        .ifPresent(
            model -> {
              hashes.want(model);
              request.vae().of(model, now).ifPresent(hashes::want);
            });
  }

  /**
   * The short hash of a checkpoint or VAE that a picture was made with. Waits for it where it is
   * not known yet, so that the first picture of a model says the same as the ones after it; not for
   * the event loop.
   *
   * @return empty when there is no such model any more, or its file cannot be read
   */
  public Optional<String> hashOfUsed(String id) {
    return catalog.entries().stream()
        .filter(model -> model.id().equals(id))
        .findFirst()
        .flatMap(model -> hashes.want(model).join())
        .map(ModelHashes::shortened);
  }

  /** What the last scan found. */
  public ModelCatalog catalog() {
    return catalog;
  }

  /** The folders that it looks into, whether they hold anything or not. */
  public List<ListedFolder> folders() {
    return folders.list();
  }

  /**
   * Adds a model folder and reads all of them.
   *
   * @return fails with a problem when it cannot be one
   */
  public Future<ModelCatalog> addFolder(String path) {
    return folders.add(path).compose(added -> rescan());
  }

  /**
   * Takes a model folder off the list and reads the others.
   *
   * @return whether there was one of that id that can be taken off
   */
  public Future<Boolean> removeFolder(UUID id) {
    return folders
        .remove(id)
        .compose(gone -> gone ? rescan().map(true) : Future.succeededFuture(false));
  }

  /** Reads the folders again and tells every page. */
  public Future<ModelCatalog> rescan() {
    return read().onSuccess(found -> events.publish(new JsonObject().put("type", "models")));
  }

  private Future<ModelCatalog> read() {
    // Not in turn: a disk that is slow must not hold up what else blocks.
    return vertx.executeBlocking(this::scan, false);
  }

  /** One after the other, so that the catalog is that of the folders as they are in the end. */
  private synchronized ModelCatalog scan() {
    ModelCatalog found = ModelCatalog.scan(folders.toScan(), loras);
    hashes.look(found);
    catalog = found;
    return found;
  }
}
