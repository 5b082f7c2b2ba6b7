package dev.atelier.server.downloads;

import dev.atelier.server.outbound.Rate;
import java.time.Duration;

/**
 * How much a download may take, and how often hubs are asked what there is to download.
 *
 * @param fileBytes of one file
 * @param totalBytes of one model
 * @param spareBytes that have to stay free on the disk
 * @param attempts in a row that bring nothing, before it fails
 * @param pause before the second attempt; each further one waits twice as long
 * @param longestWait that a server may ask for
 * @param idle how long a server may send nothing
 * @param looks how often addresses are looked at, for all of the studio's clients together: what
 *     they ask for, hubs count as asked by this computer
 */
public record DownloadLimits(
    long fileBytes,
    long totalBytes,
    long spareBytes,
    int attempts,
    Duration pause,
    Duration longestWait,
    Duration idle,
    Rate looks) {
  /** Room for what Stable Diffusion 1.5 has: a full checkpoint with all its weights is 8 GB. */
  public static final DownloadLimits USUAL =
      new DownloadLimits(
          12L << 30,
          24L << 30,
          1L << 30,
          6,
          Duration.ofSeconds(1),
          Duration.ofMinutes(10),
          Duration.ofSeconds(45),
          new Rate(30, Duration.ofSeconds(2)));

  /** The same with files of another size, and models of twice that. */
  public DownloadLimits withFileBytes(long bytes) {
    return new DownloadLimits(
        bytes, 2 * bytes, spareBytes, attempts, pause, longestWait, idle, looks);
  }
}
