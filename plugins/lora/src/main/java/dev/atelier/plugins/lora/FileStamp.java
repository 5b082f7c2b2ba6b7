package dev.atelier.plugins.lora;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;

/**
 * A file at one time: another stamp is another file.
 *
 * @param bytes its size; -1 when it cannot be looked at
 * @param modified when it was changed last, milliseconds since 1970
 */
record FileStamp(long bytes, long modified) {
  static FileStamp of(Path file) {
    try {
      BasicFileAttributes now = Files.readAttributes(file, BasicFileAttributes.class);
      return new FileStamp(now.size(), now.lastModifiedTime().toMillis());
    } catch (IOException e) {
      return new FileStamp(-1, 0);
    }
  }

  /** As part of an address. */
  String text() {
    return Long.toHexString(bytes) + "-" + Long.toHexString(modified);
  }
}
