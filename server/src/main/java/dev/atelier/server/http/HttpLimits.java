package dev.atelier.server.http;

import java.time.Duration;

/**
 * What a client may ask of the studio's patience.
 *
 * @param bodyDeadline how long a request's body may take to arrive
 * @param idle how long a connection may be without a request
 * @param queue jobs that may wait
 */
public record HttpLimits(Duration bodyDeadline, Duration idle, int queue) {
  /** Generous to people and programs: a body of 64 MiB at 1 MiB a second, days of work. */
  public static final HttpLimits USUAL =
      new HttpLimits(Duration.ofSeconds(90), Duration.ofSeconds(75), 500);
}
