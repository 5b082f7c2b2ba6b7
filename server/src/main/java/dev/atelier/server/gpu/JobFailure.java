package dev.atelier.server.gpu;

import dev.atelier.models.engine.OutOfMemory;
import dev.atelier.models.pipeline.ImageRequest;
import dev.atelier.models.pipeline.InvalidRequestException;
import dev.atelier.models.registry.MemoryBudgetException;
import dev.atelier.models.weights.WeightsException;
import dev.atelier.server.plugins.PluginFault;
import java.io.IOException;
import java.sql.SQLException;
import java.util.Optional;

/**
 * Why a job failed.
 *
 * @param sentence for the user: what happened and, where it is known, what to do
 * @param kind what kind of failure it is
 */
record JobFailure(String sentence, Kind kind) {
  /** Kinds of failures, by what is to be done about them. */
  enum Kind {
    /** The user can act on it. */
    EXPECTED,
    /** Memory ran out: it may work when all is freed that can be; else the user can act on it. */
    MEMORY,
    /** Nobody can act on it: it belongs in the log. */
    FAULT
  }

  static JobFailure of(Throwable thrown, ImageRequest request) {
    // The messages of Atelier's own exceptions may have words of the user's in them.
    boolean own =
        thrown instanceof InvalidRequestException
            || thrown instanceof WeightsException
            || thrown instanceof MemoryBudgetException
            || thrown instanceof PluginFault;
    if (own ? OutOfMemory.ofJvm(thrown) : OutOfMemory.caused(thrown)) {
      return new JobFailure(memory(request), Kind.MEMORY);
    }
    if (own) {
      return new JobFailure(thrown.getMessage(), Kind.EXPECTED);
    }
    if (thrown instanceof IOException || thrown instanceof SQLException) {
      return new JobFailure(
          "The picture could not be written to the data folder (%s); make room on its disk."
              .formatted(thrown.getMessage()),
          Kind.EXPECTED);
    }
    return new JobFailure(
        "Something went wrong inside Atelier: "
            + Optional.ofNullable(thrown.getMessage()).orElse(thrown.getClass().getSimpleName()),
        Kind.FAULT);
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
