package dev.atelier.server.gpu;

import dev.atelier.models.pipeline.GenerationCancelledException;
import dev.atelier.models.pipeline.ImageRequest;
import dev.atelier.server.events.PreviewSender;
import dev.atelier.server.events.StudioEvents;
import dev.atelier.server.gallery.FileGallery;
import dev.atelier.server.gallery.GalleryImage;
import dev.atelier.server.jobs.DurableJobQueue;
import dev.atelier.server.jobs.Job;
import dev.atelier.server.jobs.JobState;
import dev.atelier.server.plugins.PictureParts;
import dev.atelier.server.store.Persistence;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.json.JsonObject;
import java.awt.image.BufferedImage;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.function.BiFunction;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread that makes pictures. It opens the engine, runs the queue's jobs one after another
 * and closes the engine; whatever a job throws ends that job only.
 */
public final class GpuWorker {
  private static final Logger LOG = LoggerFactory.getLogger(GpuWorker.class);

  private final DurableJobQueue queue;
  private final FileGallery gallery;
  private final StudioEvents events;
  private final PreviewSender previews;
  private final SystemMonitor monitor;
  private final BiFunction<UUID, ImageRequest, PictureParts> plugins;
  private final LongSupplier nanoTime;

  /** A permit for each reason to look at the queue. */
  private final Semaphore wake = new Semaphore(0);

  private final Promise<Void> opened = Promise.promise();
  private final Promise<Void> ended = Promise.promise();
  private final Persistence persistence = new Persistence();

  /** Of the last job; empty before the first. */
  private OptionalDouble decodeSecondsPerPixel = OptionalDouble.empty();

  /**
   * @param plugins opens the parts that plugins have in a job
   * @param nanoTime a clock, e.g. {@link System#nanoTime}
   */
  public GpuWorker(
      DurableJobQueue queue,
      FileGallery gallery,
      StudioEvents events,
      PreviewSender previews,
      SystemMonitor monitor,
      BiFunction<UUID, ImageRequest, PictureParts> plugins,
      LongSupplier nanoTime) {
    this.queue = queue;
    this.gallery = gallery;
    this.events = events;
    this.previews = previews;
    this.monitor = monitor;
    this.plugins = plugins;
    this.nanoTime = nanoTime;
  }

  /**
   * Starts the thread.
   *
   * @param engine opens the engine, on the worker's thread
   * @return completes when the engine is open, fails when it cannot be opened
   */
  public Future<Void> start(Supplier<ImageGenerator> engine) {
    return events
        .listen(this::heard)
        .completion()
        .compose(
            listening -> {
              new Thread(() -> live(engine), "gpu-worker-0").start();
              return opened.future();
            });
  }

  /**
   * Ends the thread: the picture in hand is given up at its next step and its job put back into the
   * queue.
   */
  public Future<Void> stop() {
    persistence.stop();
    wake.release();
    return ended.future();
  }

  private boolean stopping() {
    return persistence.stopping();
  }

  private void heard(JsonObject event) {
    if (event.getString("type").equals("job")
        && event.getJsonObject("job").getString("state").equals(JobState.QUEUED.key())) {
      wake.release();
    }
  }

  private void live(Supplier<ImageGenerator> engine) {
    try (ImageGenerator generator = engine.get()) {
      monitor.look(generator);
      monitor.onErrand(wake::release);
      opened.complete();
      while (!stopping()) {
        work(generator);
      }
    } catch (Throwable e) {
      if (!opened.tryFail(e)) {
        LOG.error("The worker ended", e);
      }
    } finally {
      ended.complete();
    }
  }

  /** Runs the next job, or waits for one. */
  private void work(ImageGenerator generator) {
    try {
      Optional<Job> job = next();
      monitor.runErrands(generator);
      if (job.isPresent()) {
        run(job.get(), generator);
      } else if (!stopping()) {
        wake.acquireUninterruptibly();
      }
    } catch (Throwable e) {
      // Without this thread nothing would ever be made again.
      LOG.error("The worker goes on after a fault", e);
      persistence.pause();
    }
  }

  private Optional<Job> next() {
    // Before the look, so that neither a job queued during it nor stop() is slept through.
    wake.drainPermits();
    try {
      return stopping() ? Optional.empty() : queue.claim().await();
    } catch (Exception e) {
      LOG.error("The queue cannot be read; trying again soon", e);
      persistence.pause();
      wake.release();
      return Optional.empty();
    }
  }

  private void run(Job job, ImageGenerator generator) {
    ImageRequest request = job.request();
    List<GalleryImage> images = List.of();
    try (PictureParts parts = plugins.apply(job.id(), request)) {
      Made made = make(job, parts.request(), generator);
      if (queue.cancelRequested(job.id())) {
        throw new GenerationCancelledException();
      }
      List<BufferedImage> pictures = parts.finish(made.pictures());
      made.run().saving();
      images =
          gallery.write(
              job.id(), request, pictures, made.run().notes(), parts.notes(pictures.size()));
      keep(job, images);
    } catch (GenerationCancelledException e) {
      boolean wanted = queue.cancelRequested(job.id());
      persistence.persist(() -> wanted ? queue.cancelled(job.id()) : queue.requeue(job.id()));
    } catch (Throwable e) {
      if (fail(job, JobFailure.of(e, request), e).isPresent()) {
        // Not otherwise: the data base may have failed after it had kept the pictures.
        gallery.discard(images);
      }
    }
    monitor.look(generator);
  }

  private record Made(List<BufferedImage> pictures, PictureRun run) {}

  /** Makes the pictures; when memory runs out, once more with all of it that can be freed. */
  private Made make(Job job, ImageRequest request, ImageGenerator generator) {
    try {
      return attempt(job, request, generator);
    } catch (RuntimeException | OutOfMemoryError e) {
      if (JobFailure.of(e, request).kind() != JobFailure.Kind.MEMORY) {
        throw e;
      }
      LOG.warn("Memory ran out in job {}, which is tried once more: {}", job.id(), e.toString());
    }
    generator.freeMemory();
    monitor.look(generator);
    return attempt(job, request, generator);
  }

  private Made attempt(Job job, ImageRequest request, ImageGenerator generator) {
    long pixels = (long) request.width() * request.height() * request.batchSize();
    TimeLeft time = new TimeLeft(nanoTime, decodeSeconds(pixels));
    PictureRun run =
        new PictureRun(
            request.stepsTaken(),
            time,
            previews.forJob(job.id(), request),
            now -> {
              queue.progress(job.id(), now);
              monitor.runErrands(generator);
              monitor.look(generator);
            },
            () -> stopping() || queue.cancelRequested(job.id()));
    List<BufferedImage> pictures = generator.generate(request, run);
    decodeSecondsPerPixel = OptionalDouble.of(time.afterSteps() / pixels);
    return new Made(pictures, run);
  }

  private OptionalDouble decodeSeconds(long pixels) {
    return decodeSecondsPerPixel.isPresent()
        ? OptionalDouble.of(decodeSecondsPerPixel.getAsDouble() * pixels)
        : OptionalDouble.empty();
  }

  private void keep(Job job, List<GalleryImage> images) {
    Optional<Job> done = queue.done(job.id(), images, sql -> gallery.insert(sql, images)).await();
    if (done.isEmpty()) {
      throw new IllegalStateException("Job " + job.id() + " was ended by someone else");
    }
  }

  private Optional<Job> fail(Job job, JobFailure failure, Throwable cause) {
    if (failure.kind() != JobFailure.Kind.FAULT) {
      LOG.info("Job {} failed: {}", job.id(), failure.sentence());
    } else {
      LOG.error("Job {} failed", job.id(), cause);
    }
    return persistence.persist(() -> queue.failed(job.id(), failure.sentence()));
  }
}
