package dev.atelier.models.weights;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;

/** Opening, watching and closing the files that tensors are mapped from. */
final class OpenFile {
  private OpenFile() {}

  /** Makes a source of an open file. */
  interface Format<T extends WeightSource> {
    /**
     * Reads what the file begins with.
     *
     * @param writable whether the channel may write, which copy-on-write mappings need
     */
    T read(Path file, FileChannel channel, boolean writable) throws IOException;
  }

  /**
   * Opens a file; its channel is closed again when {@code format} does not take it.
   *
   * @throws WeightsException when there is no such file, it cannot be read or is at fault
   */
  static <T extends WeightSource> T with(Path file, Format<T> format) {
    // Opening a pipe would wait for its other end.
    if (Files.exists(file) && !Files.isRegularFile(file)) {
      throw new WeightsException(file, "it is not a file.");
    }
    // Copy-on-write mappings need a channel that may write, though nothing is ever written.
    boolean writable = Files.isWritable(file);
    Set<? extends OpenOption> options =
        writable
            ? Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE)
            : Set.of(StandardOpenOption.READ);
    FileChannel channel = null;
    T opened = null;
    try {
      channel = FileChannel.open(file, options);
      opened = format.read(file, channel, writable);
      return opened;
    } catch (NoSuchFileException e) {
      throw new WeightsException(file, "there is no such file.", e);
    } catch (IOException e) {
      throw new WeightsException(file, "it cannot be read.", e);
    } finally {
      if (opened == null && channel != null) {
        closeQuietly(channel);
      }
    }
  }

  /** Mapping past the end would make a writable file longer. */
  static void checkUnchanged(Path file, FileChannel channel, long size) throws IOException {
    if (!channel.isOpen()) {
      throw new IllegalStateException(file + " is closed");
    }
    if (channel.size() != size) {
      throw new WeightsException(file, "it was changed while it was being read.");
    }
  }

  /** Nothing was written, so nothing can be lost. */
  static void closeQuietly(FileChannel channel) {
    try {
      channel.close();
    } catch (IOException e) {
      // The system has its reasons; there is nothing to do about it.
    }
  }
}
