package dev.atelier.server.gallery;

import dev.atelier.models.pipeline.ImageRequest;
import dev.atelier.server.events.StudioEvents;
import dev.atelier.server.gallery.ImageTable.LooseFile;
import dev.atelier.server.imaging.PictureEncoder;
import dev.atelier.server.imaging.Resizer;
import dev.atelier.server.metadata.PictureNotes;
import dev.atelier.server.metadata.PluginNotes;
import dev.atelier.server.metadata.PngParameters;
import dev.atelier.server.metadata.PngText;
import dev.atelier.server.store.Database;
import dev.atelier.server.store.TimeOrderedIds;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.SqlConnection;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The gallery on disk. A file without a row is noted in the data base before it appears and before
 * its row goes, so that the start after a crash removes those and no others: files that the data
 * base has never heard of are left alone, for it may be the data base that was lost. Thread-safe.
 */
public final class FileGallery implements Gallery {
  private static final Logger LOG = LoggerFactory.getLogger(FileGallery.class);
  private static final int THUMBNAIL_SIDE = 384;
  private final Vertx vertx;
  private final Database database;
  private final PictureFiles files;
  private final StudioEvents events;
  private final TimeOrderedIds ids;
  private final InstantSource clock;
  private final Function<String, Optional<String>> modelHashes;
  private final String version;

  private FileGallery(
      Vertx vertx,
      Database database,
      Path folder,
      StudioEvents events,
      TimeOrderedIds ids,
      InstantSource clock,
      Function<String, Optional<String>> modelHashes,
      String version) {
    this.vertx = vertx;
    this.database = database;
    this.files = new PictureFiles(folder);
    this.events = events;
    this.ids = ids;
    this.clock = clock;
    this.modelHashes = modelHashes;
    this.version = version;
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
    FileGallery gallery =
        new FileGallery(vertx, database, folder, events, ids, clock, modelHashes, version);
    return database
        .transaction(ImageTable::newestId)
        .onSuccess(newest -> newest.ifPresent(ids::startAfter))
        .compose(newest -> database.transaction(ImageTable::looseFiles))
        .compose(gallery::tidy)
        .map(gallery);
  }

  private Future<Void> tidy(List<LooseFile> loose) {
    return vertx
        .executeBlocking(
            () -> {
              files.open();
              deleteFiles(loose);
              return null;
            })
        .compose(tidied -> forget(ids(loose)));
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
    Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
    List<LooseFile> loose = pictures.stream().map(p -> new LooseFile(ids.next(), now)).toList();
    database.transaction(sql -> ImageTable.remember(sql, loose)).await();
    try {
      PictureNotes complete = notes.withHashes(request.model(), modelHashes);
      List<GalleryImage> images = new ArrayList<>();
      for (int i = 0; i < pictures.size(); i++) {
        String parameters =
            PngParameters.of(request, i, complete, version).with(added.get(i)).write();
        images.add(write(loose.get(i), job, request, i, pictures.get(i), parameters));
      }
      return images;
    } catch (IOException | RuntimeException | Error e) {
      discardFiles(loose);
      throw e;
    }
  }

  private GalleryImage write(
      LooseFile file,
      UUID job,
      ImageRequest request,
      int index,
      BufferedImage picture,
      String parameters)
      throws IOException {
    byte[] png = PngText.add(PictureEncoder.PNG.encode(picture), PngParameters.KEYWORD, parameters);
    byte[] thumbnail = PictureEncoder.JPEG.encode(Resizer.fit(picture, THUMBNAIL_SIDE));
    files.write(file.id(), file.createdAt(), png, thumbnail);
    return new GalleryImage(
        file.id(),
        job,
        index,
        request,
        request.seedOf(index),
        parameters,
        png.length,
        file.createdAt());
  }

  /** Adds the rows of pictures that {@link #write} wrote, in the caller's transaction. */
  public Future<Void> insert(SqlConnection sql, List<GalleryImage> images) {
    return ImageTable.insert(sql, images);
  }

  /**
   * Removes the files of pictures whose rows were not committed. Blocks, so not for the event loop.
   */
  public void discard(List<GalleryImage> images) {
    discardFiles(images.stream().map(i -> new LooseFile(i.id(), i.createdAt())).toList());
  }

  private void discardFiles(List<LooseFile> loose) {
    try {
      deleteFiles(loose);
      forget(ids(loose)).await();
    } catch (Exception e) {
      LOG.warn("Files of pictures that were not kept stay until the next start", e);
    }
  }

  private void deleteFiles(List<LooseFile> loose) throws IOException {
    for (LooseFile file : loose) {
      files.delete(file.id(), file.createdAt());
    }
  }

  private static List<UUID> ids(List<LooseFile> loose) {
    return loose.stream().map(LooseFile::id).toList();
  }

  private Future<Void> forget(List<UUID> gone) {
    return gone.isEmpty()
        ? Future.succeededFuture()
        : database.transaction(sql -> ImageTable.forget(sql, gone));
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
    LooseFile loose = new LooseFile(image.id(), image.createdAt());
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

  /** The picture is gone for everyone; what is left of its files goes at the next start. */
  private Future<Void> deleted(LooseFile loose) {
    events.publish(new JsonObject().put("type", "image_deleted").put("id", loose.id().toString()));
    return vertx
        .<Void>executeBlocking(
            () -> {
              deleteFiles(List.of(loose));
              return null;
            })
        .compose(deleted -> forget(List.of(loose.id())))
        .onFailure(
            e -> LOG.warn("The files of picture {} stay until the next start", loose.id(), e))
        .otherwiseEmpty();
  }
}
