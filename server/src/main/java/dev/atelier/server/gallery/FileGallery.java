package dev.atelier.server.gallery;

import dev.atelier.models.pipeline.ImageRequest;
import dev.atelier.server.events.StudioEvents;
import dev.atelier.server.gallery.ImageTable.LooseFile;
import dev.atelier.server.metadata.PictureNotes;
import dev.atelier.server.metadata.PluginNotes;
import dev.atelier.server.store.Database;
import dev.atelier.server.store.TimeOrderedIds;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.SqlConnection;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;

/**
 * The gallery on disk: files and their rows. A picture is there when its row is, and its files are
 * {@link LooseFiles loose} before and behind that. Thread-safe.
 */
public final class FileGallery implements Gallery {
  private final Database database;
  private final PictureFiles files;
  private final LooseFiles looseFiles;
  private final PictureWriter writer;
  private final StudioEvents events;

  private FileGallery(
      Database database,
      PictureFiles files,
      LooseFiles looseFiles,
      PictureWriter writer,
      StudioEvents events) {
    this.database = database;
    this.files = files;
    this.looseFiles = looseFiles;
    this.writer = writer;
    this.events = events;
  }

  /**
   * Opens the gallery and removes what a crash left in it.
   *
   * @param folder its folder, made when it is not there
   * @param modelHashes the short hash of the model or VAE of an id, for the same; may block
   * @param version Atelier's version, for the pictures' metadata
   */
  public static Future<FileGallery> open(
      Vertx vertx,
      Database database,
      Path folder,
      StudioEvents events,
      TimeOrderedIds ids,
      InstantSource clock,
      Function<String, Optional<String>> modelHashes,
      String version) {
    PictureFiles files = new PictureFiles(folder);
    LooseFiles looseFiles = new LooseFiles(vertx, database, files);
    PictureWriter writer = new PictureWriter(files, looseFiles, ids, clock, modelHashes, version);
    return database
        .transaction(ImageTable::newestId)
        .onSuccess(newest -> newest.ifPresent(ids::startAfter))
        .compose(newest -> looseFiles.tidy())
        .map(new FileGallery(database, files, looseFiles, writer, events));
  }

  /**
   * Writes the files of a job's pictures. They belong to the gallery once {@link #insert} has been
   * committed; until then a crash removes them. Blocks, so not for the event loop.
   *
   * @param pictures in batch order
   * @param notes what else they were made with; hashes are added
   * @param added what plugins add to each picture's settings, in batch order
   * @throws IOException when the disk is full or cannot be written; nothing is left then
   */
  public List<GalleryImage> write(
      UUID job,
      ImageRequest request,
      List<BufferedImage> pictures,
      PictureNotes notes,
      List<PluginNotes> added)
      throws IOException {
    return writer.write(job, request, pictures, notes, added);
  }

  /** Adds the rows of pictures that {@link #write} wrote, in the caller's transaction. */
  public Future<Void> insert(SqlConnection sql, List<GalleryImage> images) {
    return ImageTable.insert(sql, images);
  }

  /**
   * Removes the files of pictures whose rows were not committed. Blocks, so not for the event loop.
   */
  public void discard(List<GalleryImage> images) {
    looseFiles.discard(images.stream().map(FileGallery::loose).toList());
  }

  private static LooseFile loose(GalleryImage image) {
    return new LooseFile(image.id(), image.createdAt());
  }

  @Override
  public Future<List<GalleryImage>> list(int limit, Optional<UUID> before) {
    return database.transaction(sql -> ImageTable.newest(sql, limit, before));
  }

  @Override
  public Future<Optional<GalleryImage>> find(UUID id) {
    return findAll(List.of(id)).map(found -> found.stream().findFirst());
  }

  @Override
  public Future<List<GalleryImage>> findAll(List<UUID> wanted) {
    return database
        .transaction(sql -> ImageTable.findAll(sql, wanted))
        .map(
            found -> {
              Map<UUID, GalleryImage> byId = new HashMap<>();
              found.forEach(image -> byId.put(image.id(), image));
              return wanted.stream().filter(byId::containsKey).map(byId::get).toList();
            });
  }

  @Override
  public Path file(GalleryImage image) {
    return files.png(image.id(), image.createdAt());
  }

  @Override
  public Path thumbnail(GalleryImage image) {
    return files.thumbnail(image.id(), image.createdAt());
  }

  @Override
  public Future<Boolean> delete(UUID id) {
    return find(id)
        .compose(image -> image.isEmpty() ? Future.succeededFuture(false) : delete(image.get()));
  }

  private Future<Boolean> delete(GalleryImage image) {
    LooseFile loose = loose(image);
    return database
        .transaction(
            sql ->
                ImageTable.delete(sql, image.id())
                    .compose(
                        deleted ->
                            deleted
                                ? ImageTable.remember(sql, List.of(loose)).map(true)
                                : Future.succeededFuture(false)))
        .compose(deleted -> deleted ? deleted(loose).map(true) : Future.succeededFuture(false));
  }

  private Future<Void> deleted(LooseFile loose) {
    // The picture is gone for everyone, whatever becomes of its files.
    events.publish(new JsonObject().put("type", "image_deleted").put("id", loose.id().toString()));
    return looseFiles.remove(loose);
  }
}
