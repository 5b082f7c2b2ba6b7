package dev.atelier.server.pluginjobs;

import dev.atelier.server.imaging.PictureEncoder;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * The results of plugins' jobs on disk: {@code JOB/NAME.png} in a folder of theirs. Blocks on the
 * disk.
 */
final class ResultFiles {
  /** A result's name, which is a file's and part of an address too. */
  static final Pattern NAME = Pattern.compile("[a-z][a-z0-9-]{0,39}");

  private final Path folder;

  ResultFiles(Path folder) {
    this.folder = folder;
  }

  /** Where a result lies. */
  Path file(UUID job, String name) {
    return folder.resolve(job.toString()).resolve(name + ".png");
  }

  /** Writes a result; it appears under its name only when it is whole. */
  void write(UUID job, String name, BufferedImage picture) throws IOException {
    Path file = file(job, name);
    Files.createDirectories(file.getParent());
    Path half = file.resolveSibling(name + ".part");
    Files.write(half, PictureEncoder.PNG.encode(picture));
    Files.move(half, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  /** Deletes every result of a job. */
  void delete(UUID job) throws IOException {
    Path own = folder.resolve(job.toString());
    if (Files.isDirectory(own)) {
      try (DirectoryStream<Path> files = Files.newDirectoryStream(own)) {
        for (Path file : files) {
          Files.delete(file);
        }
      }
      Files.delete(own);
    }
  }
}
