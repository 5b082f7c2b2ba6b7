package dev.atelier.models.weights;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * Files as they were at a moment: equal as long as none of them was replaced, changed, added or
 * removed.
 *
 * @param stamps one a file
 */
public record FileStamps(List<Stamp> stamps) {
  /**
   * A file or folder at a moment.
   *
   * @param file it
   * @param state its size and time of change; empty where there is no such file
   */
  public record Stamp(Path file, Optional<State> state) {}

  /**
   * What changes when a file does.
   *
   * @param bytes its size; of a folder whatever the system says
   * @param modified when it was written last
   */
  public record State(long bytes, FileTime modified) {
    /** Looks at a file or folder; empty when there is none. Blocks on the disk. */
    public static Optional<State> of(Path file) {
      try {
        var attributes = Files.readAttributes(file, BasicFileAttributes.class);
        return Optional.of(new State(attributes.size(), attributes.lastModifiedTime()));
      } catch (IOException e) {
        // Opening it says what is wrong with it; here only a change counts.
        return Optional.empty();
      }
    }
  }

  /** Keeps a copy. */
  public FileStamps {
    stamps = List.copyOf(stamps);
  }

  /** Looks at files and folders, those that are not there included. Blocks on the disk. */
  public static FileStamps of(Collection<Path> files) {
    return new FileStamps(files.stream().map(file -> new Stamp(file, State.of(file))).toList());
  }
}
