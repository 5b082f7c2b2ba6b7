package dev.atelier.server.studio;

import dev.atelier.models.catalog.ModelCatalog;
import dev.atelier.models.lora.LoraSummaries;
import dev.atelier.models.pipeline.ImageRequest;
import dev.atelier.server.events.StudioEvents;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The models on disk: the catalog as it was last read, and reading it again. Thread-safe. */
public final class ModelLibrary {
  private final Vertx vertx;
  private final List<Path> folders;
  private final Path own;
  private final StudioEvents events;
  private final ModelHashes hashes;
  private final LoraSummaries loras;
  private volatile ModelCatalog catalog;

  private ModelLibrary(
      Vertx vertx,
      List<Path> folders,
      Path own,
      StudioEvents events,
      ModelHashes hashes,
      LoraSummaries loras,
      ModelCatalog catalog) {
    this.vertx = vertx;
    this.folders = folders;
    this.own = own;
    this.events = events;
    this.hashes = hashes;
    this.loras = loras;
    this.catalog = catalog;
  }

  /**
   * Reads the folders for the first time.
   *
   * @param own the one of them that the studio downloads to: nobody misses it while it is empty
   */
  public static Future<ModelLibrary> open(
      Vertx vertx, List<Path> folders, Path own, StudioEvents events, ModelHashes hashes) {
    List<Path> all = List.copyOf(folders);
    LoraSummaries loras = new LoraSummaries();
    return scan(vertx, all, own, hashes, loras)
        .map(catalog -> new ModelLibrary(vertx, all, own, events, hashes, loras, catalog));
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

  /** Reads the folders again and tells every page. */
  public Future<ModelCatalog> rescan() {
    return scan(vertx, folders, own, hashes, loras)
        .onSuccess(
            found -> {
              catalog = found;
              events.publish(new JsonObject().put("type", "models"));
            });
  }

  private static Future<ModelCatalog> scan(
      Vertx vertx, List<Path> folders, Path own, ModelHashes hashes, LoraSummaries loras) {
    return vertx.executeBlocking(
        () -> {
          ModelCatalog found =
              ModelCatalog.scan(
                  folders.stream().filter(f -> !f.equals(own) || holdsAnything(own)).toList(),
                  loras);
          hashes.look(found);
          return found;
        });
  }

  private static boolean holdsAnything(Path own) {
    try (Stream<Path> files = Files.walk(own)) {
      return files
          .filter(Files::isRegularFile)
          .anyMatch(
              file ->
                  !own.relativize(file).startsWith(".parts")
                      && !own.relativize(file).startsWith(".trash"));
    } catch (IOException e) {
      return false;
    }
  }
}
