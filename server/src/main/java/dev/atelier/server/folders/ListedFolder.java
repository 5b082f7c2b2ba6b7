package dev.atelier.server.folders;

import java.nio.file.Path;
import java.util.Optional;
import java.util.UUID;

/**
 * A folder that models are looked for in.
 *
 * @param path the folder, absolute; it need not be there
 * @param origin how it came into the list
 * @param id what it is taken away by; of added ones only
 */
public record ListedFolder(Path path, FolderOrigin origin, Optional<UUID> id) {
  /** As the catalog names it. */
  public ListedFolder {
    path = path.toAbsolutePath().normalize();
  }

  static ListedFolder fixed(Path path, FolderOrigin origin) {
    return new ListedFolder(path, origin, Optional.empty());
  }

  static ListedFolder added(UUID id, Path path) {
    return new ListedFolder(path, FolderOrigin.ADDED, Optional.of(id));
  }
}
