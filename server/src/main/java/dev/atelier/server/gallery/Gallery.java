package dev.atelier.server.gallery;

import io.vertx.core.Future;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** The gallery as the HTTP routes see it. Nothing here blocks. */
public interface Gallery {
  /** Pictures, newest first: those made before {@code before} when it is given. */
  Future<List<GalleryImage>> list(int limit, Optional<UUID> before);

  Future<Optional<GalleryImage>> find(UUID id);

  /** The pictures of those ids that exist, in that order. */
  Future<List<GalleryImage>> findAll(List<UUID> ids);

  /** The PNG file of a picture that {@link #find} gave. */
  Path file(GalleryImage image);

  /** A JPEG of at most 384 pixels a side for lists. */
  Path thumbnail(GalleryImage image);

  /** Removes a picture, its row first and then its files; false when there was none. */
  Future<Boolean> delete(UUID id);
}
