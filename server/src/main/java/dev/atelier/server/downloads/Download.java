package dev.atelier.server.downloads;

import dev.atelier.server.hub.DownloadPlan;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.UUID;

/**
 * A model that is being fetched, or was.
 *
 * @param revision how often it has changed: of two of the same id, the higher is the newer
 * @param plan what was agreed to
 * @param path where the model lies, once it is there
 * @param error why it failed, in one sentence
 * @param progress how far it is, while it runs
 */
public record Download(
    UUID id,
    long revision,
    DownloadState state,
    DownloadPlan plan,
    Optional<Path> path,
    Instant createdAt,
    Optional<Instant> finishedAt,
    Optional<String> error,
    Optional<Progress> progress) {

  /** What a running download is at. */
  public enum Phase {
    DOWNLOADING,
    /** The server asked to come back later, or the connection broke. */
    WAITING,
    /** Everything is here and is looked at. */
    CHECKING
  }

  /**
   * How far a download is.
   *
   * @param bytes bytes on disk
   * @param total bytes in all; unknown where a server does not tell
   * @param bytesPerSecond its speed of late
   * @param secondsLeft at that speed
   */
  public record Progress(
      Phase phase,
      long bytes,
      OptionalLong total,
      double bytesPerSecond,
      OptionalDouble secondsLeft) {}

  /** One that waits for its turn. */
  static Download queued(UUID id, DownloadPlan plan, Instant now) {
    return new Download(
        id,
        0,
        DownloadState.QUEUED,
        plan,
        Optional.empty(),
        now,
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  /** The same while it runs. */
  Download running(Progress now) {
    return new Download(
        id,
        revision,
        DownloadState.RUNNING,
        plan,
        path,
        createdAt,
        finishedAt,
        error,
        Optional.of(now));
  }
}
