package dev.atelier.server.store;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * The folder of everything that a studio keeps, held by one process at a time: a second one would
 * take the first one's running job for a crashed one and make its picture again.
 */
public final class DataFolder implements Closeable {
  private final Path path;
  private final FileChannel lockFile;

  private DataFolder(Path path, FileChannel lockFile) {
    this.path = path;
    this.lockFile = lockFile;
  }

  /**
   * Makes the folder when it is not there and takes its lock, which the operating system gives back
   * when the process ends, however it ends. Blocks on the disk.
   *
   * @throws IOException saying what to do, when the folder cannot be written or is in use
   */
  public static DataFolder open(Path path) throws IOException {
    try {
      Files.createDirectories(path);
    } catch (IOException e) {
      throw new IOException(
          "The data folder %s cannot be made (%s); choose another one with --data."
              .formatted(path, e.getMessage()),
          e);
    }
    FileChannel file =
        FileChannel.open(
            path.resolve("atelier.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    if (!locked(file)) {
      file.close();
      throw new IOException(
          "Another Atelier is running on the data folder %s; stop it, or choose another folder with --data."
              .formatted(path));
    }
    return new DataFolder(path, file);
  }

  private static boolean locked(FileChannel file) throws IOException {
    try {
      FileLock lock = file.tryLock();
      return lock != null;
    } catch (OverlappingFileLockException e) {
      return false;
    }
  }

  /** The data base file. */
  public Path database() {
    return database(path);
  }

  /** The data base file of a data folder, which need not be there. */
  public static Path database(Path folder) {
    return folder.resolve("atelier.db");
  }

  /** The file of the models' hashes. */
  public Path modelHashes() {
    return path.resolve("model-hashes.json");
  }

  /** The folder of the pictures that jobs begin with. */
  public Path inputs() {
    return path.resolve("inputs");
  }

  /** The file in which a running studio notes where it can be reached. */
  public static Path address(Path folder) {
    return folder.resolve("atelier.address");
  }

  /** The folder of the pictures. */
  public Path gallery() {
    return path.resolve("gallery");
  }

  /** The folder of the pictures that plugins' jobs show. */
  public Path jobResults() {
    return path.resolve("job-results");
  }

  /** The folder itself. */
  public Path path() {
    return path;
  }

  @Override
  public void close() throws IOException {
    lockFile.close();
  }
}
