package dev.atelier.server.gpu;

import dev.atelier.models.pipeline.ImageRequest;
import dev.atelier.models.pipeline.InvalidRequestException;
import dev.atelier.models.registry.MemoryBudgetException;
import dev.atelier.models.weights.WeightsException;
import dev.atelier.server.plugins.PluginFault;
import java.io.IOException;
import java.sql.SQLException;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Why a job failed.
 *
 * @param sentence for the user: what happened and, where it is known, what to do
 * @param expected whether the user can act on it; what cannot be acted on belongs in the log
 */
record JobFailure(String sentence, boolean expected) {
  /** Words that libtorch's allocators use, on CUDA, on MPS and on the CPU. */
  private static final String[] OUT_OF_MEMORY = {
    "out of memory", "not enough memory", "can't allocate memory", "failed to allocate"
  };

  static JobFailure of(Throwable thrown, ImageRequest request) {
    if (thrown instanceof InvalidRequestException
        || thrown instanceof WeightsException
        || thrown instanceof MemoryBudgetException
        || thrown instanceof PluginFault) {
      return new JobFailure(thrown.getMessage(), true);
    }
    if (causes(thrown).anyMatch(JobFailure::outOfMemory)) {
      return new JobFailure(memory(request), true);
    }
    if (thrown instanceof IOException || thrown instanceof SQLException) {
      return new JobFailure(
          "The picture could not be written to the data folder (%s); make room on its disk."
              .formatted(thrown.getMessage()),
          true);
    }
    return new JobFailure(
        "Something went wrong inside Atelier: "
            + Optional.ofNullable(thrown.getMessage()).orElse(thrown.getClass().getSimpleName()),
        false);
  }

  private static Stream<Throwable> causes(Throwable thrown) {
    // A cause that is its own cause would go on for ever.
    return Stream.iterate(thrown, t -> t != null, Throwable::getCause).limit(16);
  }

  private static boolean outOfMemory(Throwable thrown) {
    if (thrown instanceof OutOfMemoryError) {
      return true;
    }
    String message = String.valueOf(thrown.getMessage()).toLowerCase(Locale.ROOT);
    return Stream.of(OUT_OF_MEMORY).anyMatch(message::contains);
  }

  private static String memory(ImageRequest request) {
    String size = "%d × %d pixels".formatted(request.width(), request.height());
    return request.batchSize() > 1
        ? "There is not enough memory for %d pictures of %s at once; make fewer or smaller ones."
            .formatted(request.batchSize(), size)
        : "There is not enough memory for a picture of %s; make a smaller one, or close other programs."
            .formatted(size);
  }
}
