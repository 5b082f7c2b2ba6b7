package dev.atelier.server.http;

import dev.atelier.server.security.UploadToken;
import java.time.Duration;
import java.util.Optional;

/**
 * What a client may ask of the studio.
 *
 * @param bodyDeadline how long a request's body may take to arrive
 * @param idle how long a connection may be without a request
 * @param queue jobs that may wait
 * @param pluginUpload what a client needs to install a plugin; empty where none may
 * @param modelFolders whether a client may add model folders
 */
public record HttpLimits(
    Duration bodyDeadline,
    Duration idle,
    int queue,
    Optional<UploadToken> pluginUpload,
    boolean modelFolders) {
  /** Generous to people and programs: a body of 64 MiB at 1 MiB a second, days of work. */
  public static final HttpLimits USUAL =
      new HttpLimits(Duration.ofSeconds(90), Duration.ofSeconds(75), 500);

  /** Nobody installs plugins or adds model folders. */
  public HttpLimits(Duration bodyDeadline, Duration idle, int queue) {
    this(bodyDeadline, idle, queue, Optional.empty(), false);
  }

  /** The same for clients that may install plugins. */
  public HttpLimits withPluginUpload(Optional<UploadToken> token) {
    return new HttpLimits(bodyDeadline, idle, queue, token, modelFolders);
  }

  /** The same for clients that may add model folders, or may not. */
  public HttpLimits withModelFolders(boolean allowed) {
    return new HttpLimits(bodyDeadline, idle, queue, pluginUpload, allowed);
  }
}
