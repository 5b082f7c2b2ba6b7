package dev.atelier.server.pluginjobs;

import dev.atelier.server.jobs.JobState;
import java.util.Optional;

/**
 * What a running job becomes.
 *
 * @param to queued again, or how it ended
 * @param error why it failed, one sentence for the user
 */
record Ending(JobState to, Optional<String> error) {
  static final Ending DONE = new Ending(JobState.DONE, Optional.empty());
  static final Ending CANCELLED = new Ending(JobState.CANCELLED, Optional.empty());

  /** It goes on when its plugin runs again: the plugin or the studio is being stopped. */
  static final Ending LATER = new Ending(JobState.QUEUED, Optional.empty());

  static Ending failed(String sentence) {
    return new Ending(JobState.FAILED, Optional.of(sentence));
  }
}
