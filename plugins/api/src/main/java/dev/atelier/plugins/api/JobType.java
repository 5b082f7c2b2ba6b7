package dev.atelier.plugins.api;

import java.util.Optional;

/**
 * Long work: something that goes on for minutes or hours, is followed and cancelled in the page,
 * and goes on from where it was after the studio was restarted or the plugin exchanged. Jobs of all
 * plugins run one after another, on a thread of the plugin's and beside the thread that makes
 * pictures; a job that needs pictures asks for them with {@link JobContext#pictures}.
 *
 * @since 1.3
 */
public interface JobType {
  /** Its name in the HTTP API, after the plugin's id: small letters, digits and hyphens. */
  String id();

  /** What users read, one or two words. */
  String title();

  /**
   * File of the JSON schema of its parameters below {@code panel/} in the jar, as {@link
   * Panel#schema} has it; the default has none.
   */
  default Optional<String> schema() {
    return Optional.empty();
  }

  /**
   * Does the work, from its begin or from where {@link JobContext#state} says. May take as long as
   * it likes, as long as it calls the context now and then: once the job shall end, it has 30
   * seconds to do so.
   *
   * @throws JobEndedException as the context threw it
   * @throws dev.atelier.models.pipeline.InvalidRequestException when it cannot be done as the user
   *     asked for it: the job fails with its message, and the plugin stays
   * @throws Exception when the plugin is broken: the job fails and the plugin is switched off
   */
  void run(JobContext job) throws Exception;
}
