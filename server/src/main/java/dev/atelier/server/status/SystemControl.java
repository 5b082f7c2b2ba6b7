package dev.atelier.server.status;

import io.vertx.core.Future;
import java.util.OptionalLong;
import java.util.function.Supplier;

/** What the studio is doing right now, and what can be done about it. */
public interface SystemControl extends Supplier<Future<SystemStatus>> {
  /**
   * Frees memory at the next pause of the work, which may be a sampling step away.
   *
   * @param id of the {@link SystemStatus.LoadedModel}; all that are idle when empty
   * @return whether it is free; not while it is in use
   */
  Future<Boolean> free(OptionalLong id);
}
