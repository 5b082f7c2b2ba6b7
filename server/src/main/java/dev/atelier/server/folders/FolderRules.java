package dev.atelier.server.folders;

import dev.atelier.models.catalog.FolderLayout;
import dev.atelier.models.catalog.ModelCatalog;
import dev.atelier.models.catalog.ModelKind;
import dev.atelier.server.problem.Problem;
import dev.atelier.server.problem.ProblemException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Which folders of the machine may be added. Blocks on the disk.
 *
 * @param data the studio's own folder
 */
record FolderRules(Path data) {
  /**
   * Checks a folder that somebody wants to add.
   *
   * @param text its path as it was written
   * @param listed the folders that there are
   * @return its path as it is kept: absolute, links in it as they are
   * @throws ProblemException saying why it cannot be added
   */
  Path check(String text, List<ListedFolder> listed) {
    Path path = absolute(text);
    Path real = real(path);
    if (!Files.isDirectory(real)) {
      throw refusal(400, path + " is a file; name the folder that the folders of models lie in.");
    }
    listed.forEach(known -> checkApart(path, real, known.path()));
    if (real.startsWith(realIfThere(data))) {
      throw refusal(
          400, "%s belongs to the studio itself; choose one outside of %s.".formatted(path, data));
    }
    checkLayout(path, real);
    return path;
  }

  private static Path absolute(String text) {
    try {
      Path path = Path.of(text.strip());
      if (path.isAbsolute()) {
        return path.normalize();
      }
    } catch (InvalidPathException e) {
      throw refusal(
          400, "“%s” cannot be the path of a folder; look at its letters.".formatted(text));
    }
    throw refusal(
        400,
        "Give the folder's whole path, from the root on; “%s” is a part of one.".formatted(text));
  }

  private static Path real(Path path) {
    try {
      return path.toRealPath();
    } catch (NoSuchFileException e) {
      throw refusal(404, path + " is not there; look how it is written, or connect its disk.");
    } catch (IOException e) {
      throw unreadable(path);
    }
  }

  /** A folder of the list may be on a disk that is not connected. */
  private static Path realIfThere(Path path) {
    try {
      return path.toRealPath();
    } catch (IOException e) {
      return path;
    }
  }

  private static void checkApart(Path path, Path real, Path known) {
    Path other = realIfThere(known);
    if (other.equals(real)) {
      throw refusal(409, path + " is in the list already.");
    }
    if (ModelCatalog.overlap(real, other)) {
      throw refusal(
          409,
          "%s and %s, which is in the list, have models in common that would be listed twice; keep one of the two."
              .formatted(path, known));
    }
  }

  /** What has no models' folders in it is mostly a slip, and nothing to let anybody look into. */
  private static void checkLayout(Path path, Path real) {
    if (layout(path, real).isPresent()) {
      return;
    }
    Path parent = real.getParent();
    boolean part = parent != null && ModelKind.isFolderName(real.getFileName().toString());
    throw refusal(
        400,
        part && layout(path, parent).isPresent()
            ? "%s is only one of the folders of models in %s; add that one.".formatted(path, parent)
            : "%s holds no folder called checkpoints, loras, vae, Stable-diffusion, Lora or the like; name the one that does."
                .formatted(path));
  }

  private static Optional<FolderLayout> layout(Path path, Path real) {
    try {
      return FolderLayout.of(real);
    } catch (IOException e) {
      throw unreadable(path);
    }
  }

  private static ProblemException unreadable(Path path) {
    return refusal(
        400, path + " cannot be read; allow the studio's user to, or choose another folder.");
  }

  private static ProblemException refusal(int status, String sentence) {
    return new ProblemException(Problem.of(status, "path", sentence));
  }
}
