package dev.atelier.server.gallery;

import dev.atelier.server.gallery.ImageTable.LooseFile;
import dev.atelier.server.store.Database;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.util.List;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The files of pictures without a row. Each is noted in the data base before it appears and before
 * its row goes, so that the start after a crash removes those and no others: files that the data
 * base has never heard of are left alone, for it may be the data base that was lost. Thread-safe.
 */
final class LooseFiles {
  private static final Logger LOG = LoggerFactory.getLogger(LooseFiles.class);
  private final Vertx vertx;
  private final Database database;
  private final PictureFiles files;

  LooseFiles(Vertx vertx, Database database, PictureFiles files) {
    this.vertx = vertx;
    this.database = database;
    this.files = files;
  }

  /** Opens the gallery's folder and removes what a crash left in it. */
  Future<Void> tidy() {
    return database.transaction(ImageTable::looseFiles).compose(this::tidy);
  }

  private Future<Void> tidy(List<LooseFile> loose) {
    return vertx
        .executeBlocking(
            () -> {
              files.open();
              deleteFiles(loose);
              return null;
            })
        .compose(tidied -> forget(loose));
  }

  /** Notes files that are about to appear. Blocks, so not for the event loop. */
  void remember(List<LooseFile> loose) {
    database.transaction(sql -> ImageTable.remember(sql, loose)).await();
  }

  /**
   * Removes files that are noted; what cannot be removed goes at the next start. Blocks, so not for
   * the event loop.
   */
  void discard(List<LooseFile> loose) {
    try {
      deleteFiles(loose);
      forget(loose).await();
    } catch (Exception e) {
      LOG.warn("Files of pictures that were not kept stay until the next start", e);
    }
  }

  /** Removes the files of a picture whose row is gone; what is left of them at the next start. */
  Future<Void> remove(LooseFile loose) {
    return vertx
        .<Void>executeBlocking(
            () -> {
              deleteFiles(List.of(loose));
              return null;
            })
        .compose(deleted -> forget(List.of(loose)))
        .onFailure(
            e -> LOG.warn("The files of picture {} stay until the next start", loose.id(), e))
        .otherwiseEmpty();
  }

  private void deleteFiles(List<LooseFile> loose) throws IOException {
    for (LooseFile file : loose) {
      files.delete(file.id(), file.createdAt());
    }
  }

  private Future<Void> forget(List<LooseFile> gone) {
    List<UUID> ids = gone.stream().map(LooseFile::id).toList();
    return ids.isEmpty()
        ? Future.succeededFuture()
        : database.transaction(sql -> ImageTable.forget(sql, ids));
  }
}
