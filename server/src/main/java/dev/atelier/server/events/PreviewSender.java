package dev.atelier.server.events;

import dev.atelier.models.pipeline.ImageRequest;
import dev.atelier.server.imaging.PictureEncoder;
import dev.atelier.server.imaging.Resizer;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes preview frames on a thread of its own, so that neither the engine nor the event loop waits
 * for them, and only as many as are looked at.
 */
public final class PreviewSender {
  private static final Logger LOG = LoggerFactory.getLogger(PreviewSender.class);

  /** At most ten frames a second for each job, all pictures of its batch together. */
  private static final long NANOS_PER_FRAME = Duration.ofMillis(100).toNanos();

  /** The previews' longest side: larger ones cost more than they show. */
  private static final int MAX_SIDE = 512;

  private final StudioEvents events;
  private final BooleanSupplier watched;
  private final LongSupplier nanoTime;
  private final WorkerExecutor encoder;
  private final AtomicBoolean encoding = new AtomicBoolean();

  /**
   * @param watched whether anyone is there to see previews
   * @param nanoTime a clock, e.g. {@link System#nanoTime}
   */
  public PreviewSender(
      Vertx vertx, StudioEvents events, BooleanSupplier watched, LongSupplier nanoTime) {
    this.events = events;
    this.watched = watched;
    this.nanoTime = nanoTime;
    this.encoder = vertx.createSharedWorkerExecutor("atelier-previews", 1);
  }

  /** The previews of one job. */
  public ForJob forJob(UUID job, ImageRequest request) {
    return new ForJob(job, request);
  }

  /** Completes when nothing is being encoded. */
  Future<Void> idle() {
    return encoder.executeBlocking(() -> null);
  }

  /** Ends the thread. */
  public Future<Void> close() {
    return encoder.close();
  }

  /** The previews of one job; to be used on one thread. */
  public final class ForJob {
    private final UUID job;
    private final int width;
    private final int height;
    private final long interval;
    private long last;

    private ForJob(UUID job, ImageRequest request) {
      double scale = Math.min(1, (double) MAX_SIDE / Math.max(request.width(), request.height()));
      this.job = job;
      this.width = (int) Math.max(1, Math.round(request.width() * scale));
      this.height = (int) Math.max(1, Math.round(request.height() * scale));
      this.interval = NANOS_PER_FRAME * request.batchSize();
      this.last = nanoTime.getAsLong() - interval;
    }

    /**
     * Sends a preview of each picture of the batch, unless nobody looks, the last ones are too
     * young or still being encoded: then {@code preview} is not asked for at all.
     *
     * @param step sampling steps done
     * @param preview the pictures at any size; none where the last ones shall stay
     */
    public void offer(int step, Supplier<List<BufferedImage>> preview) {
      long now = nanoTime.getAsLong();
      if (now - last < interval || !watched.getAsBoolean() || encoding.get()) {
        return;
      }
      List<BufferedImage> pictures;
      try {
        pictures = preview.get();
      } catch (RuntimeException e) {
        last = now;
        LOG.warn("A preview of job {} was not drawn", job, e);
        return;
      }
      if (pictures.isEmpty()) {
        return;
      }
      last = now;
      encoding.set(true);
      encoder
          .executeBlocking(
              () -> {
                try {
                  send(step, pictures);
                } finally {
                  encoding.set(false);
                }
                return null;
              })
          .onFailure(e -> LOG.warn("A preview of job {} was not sent", job, e));
    }

    private void send(int step, List<BufferedImage> pictures) throws IOException {
      for (int index = 0; index < pictures.size(); index++) {
        BufferedImage picture = Resizer.enlarge(pictures.get(index), width, height);
        events.publish(PreviewFrame.of(job, index, step, PictureEncoder.JPEG.encode(picture)));
      }
    }
  }
}
