package dev.atelier.models.engine;

import java.util.Locale;
import java.util.stream.Stream;

/** Tells failures for want of memory from others. */
public final class OutOfMemory {
  /** Words that libtorch's allocators, CUDA's libraries and C++ use for it. */
  private static final String[] WORDS = {
    "out of memory",
    "not enough memory",
    "can't allocate memory",
    "failed to allocate",
    "cublas_status_alloc_failed",
    "std::bad_alloc"
  };

  /** A cause that is its own cause would go on for ever. */
  private static final int MOST_CAUSES = 16;

  private OutOfMemory() {}

  /**
   * Whether something was thrown because the JVM or libtorch got no memory, on the CPU or a GPU.
   * Not for exceptions of Atelier's own, whose messages may contain anything: see {@link #ofJvm}.
   */
  public static boolean caused(Throwable thrown) {
    return causes(thrown).anyMatch(OutOfMemory::isOne);
  }

  /** Whether the JVM got no memory, for its heap or for mapping a file. */
  public static boolean ofJvm(Throwable thrown) {
    return causes(thrown).anyMatch(OutOfMemoryError.class::isInstance);
  }

  private static Stream<Throwable> causes(Throwable thrown) {
    return Stream.iterate(thrown, t -> t != null, Throwable::getCause).limit(MOST_CAUSES);
  }

  private static boolean isOne(Throwable thrown) {
    String message = String.valueOf(thrown.getMessage()).toLowerCase(Locale.ROOT);
    return thrown instanceof OutOfMemoryError || Stream.of(WORDS).anyMatch(message::contains);
  }
}
