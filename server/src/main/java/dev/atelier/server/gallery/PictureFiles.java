package dev.atelier.server.gallery;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.UUID;

/**
 * The gallery's folder: {@code YYYY-MM/ID.png} and {@code YYYY-MM/ID.thumb.jpg}, the month in UTC.
 * Names come from ids and times only, never from a request. Blocks on the disk.
 */
final class PictureFiles {
  private static final DateTimeFormatter MONTH =
      DateTimeFormatter.ofPattern("uuuu-MM", Locale.ROOT).withZone(ZoneOffset.UTC);
  private final Path folder;
  private final Path temporary;

  PictureFiles(Path folder) {
    this.folder = folder;
    this.temporary = folder.resolve(".tmp");
  }

  /** Makes the folder and empties the one of files that a crash left half written. */
  void open() throws IOException {
    Files.createDirectories(temporary);
    try (DirectoryStream<Path> left = Files.newDirectoryStream(temporary)) {
      for (Path file : left) {
        Files.delete(file);
      }
    }
  }

  Path png(UUID id, Instant createdAt) {
    return month(createdAt).resolve(id + ".png");
  }

  Path thumbnail(UUID id, Instant createdAt) {
    return month(createdAt).resolve(id + ".thumb.jpg");
  }

  private Path month(Instant createdAt) {
    return folder.resolve(MONTH.format(createdAt));
  }

  /** Writes both files of a picture; each appears under its name only when all of it is on disk. */
  void write(UUID id, Instant createdAt, byte[] png, byte[] thumbnail) throws IOException {
    Path month = month(createdAt);
    Files.createDirectories(month);
    replace(png(id, createdAt), png);
    replace(thumbnail(id, createdAt), thumbnail);
    force(month);
  }

  void delete(UUID id, Instant createdAt) throws IOException {
    for (Path file : List.of(png(id, createdAt), thumbnail(id, createdAt))) {
      Files.deleteIfExists(file);
    }
  }

  private void replace(Path file, byte[] bytes) throws IOException {
    Path half = temporary.resolve(file.getFileName());
    try (FileChannel out =
        FileChannel.open(
            half,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      ByteBuffer rest = ByteBuffer.wrap(bytes);
      while (rest.hasRemaining()) {
        out.write(rest);
      }
      out.force(true);
    }
    Files.move(half, file, StandardCopyOption.ATOMIC_MOVE);
  }

  /** Makes the names of a folder's files survive a power failure too, where that can be asked. */
  private static void force(Path folder) {
    try (FileChannel names = FileChannel.open(folder, StandardOpenOption.READ)) {
      names.force(true);
    } catch (IOException e) {
      // Windows opens no folders; its file system keeps a journal of names itself.
    }
  }
}
