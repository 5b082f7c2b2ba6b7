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
 */
public record HttpLimits(
    Duration bodyDeadline, Duration idle, int queue, Optional<UploadToken> pluginUpload) {
  /** Generous to people and programs: a body of 64 MiB at 1 MiB a second, days of work. */
  public static final HttpLimits USUAL =
      new HttpLimits(Duration.ofSeconds(90), Duration.ofSeconds(75), 500);

  /** Nobody installs plugins. */
  public HttpLimits(Duration bodyDeadline, Duration idle, int queue) {
    this(bodyDeadline, idle, queue, Optional.empty());
  }

  /** The same for clients that may install plugins. */
  public HttpLimits withPluginUpload(Optional<UploadToken> token) {
    return new HttpLimits(bodyDeadline, idle, queue, token);
  }
}
