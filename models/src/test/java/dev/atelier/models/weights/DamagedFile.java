package dev.atelier.models.weights;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;

/** A file that may be damaged in any way, and what its reader owes whoever opens it. */
final class DamagedFile {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private final Path path;
  private final byte[] bytes;
  private final long before;

  private DamagedFile(Path path, byte[] bytes) {
    this.path = path;
    this.bytes = bytes;
    this.before = THREADS.getCurrentThreadAllocatedBytes();
  }

  /** Writes the file; what this thread allocates counts from now on. */
  static DamagedFile write(Path path, byte[] bytes) {
    SafetensorsBytes.write(path, bytes);
    return new DamagedFile(path, bytes);
  }

  /** A small constant and some multiple of the file: never what a number in the file says. */
  void assertBounded() {
    long allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
    assertTrue(
        allocated < 500_000 + 100L * bytes.length,
        () -> allocated + " bytes for a file of " + bytes.length);
  }

  /** One sentence or two, of the file. */
  void assertRefused(WeightsException refusal, int longest) {
    assertBounded();
    String message = refusal.getMessage();
    assertTrue(message.contains(path.getFileName() + ": "), message);
    assertTrue(message.endsWith(".") && message.length() < longest, message);
    assertTrue(message.chars().noneMatch(Character::isISOControl), message);
  }

  /** Every tensor is what the file says of it. */
  static void assertReadable(WeightSource file) {
    try (NDManager manager = NDManager.newBaseManager()) {
      for (String name : file.names()) {
        TensorInfo info = file.info(name);
        assertEquals(info.shape().size() * info.type().bytes(), info.bytes());
        assertEquals(info.shape(), file.read(manager, name, DataType.FLOAT32).getShape());
      }
    }
  }
}
