package dev.atelier.server.pluginjobs;

import dev.atelier.models.pipeline.ImageRequest;
import dev.atelier.models.pipeline.InvalidRequestException;
import dev.atelier.server.gallery.Gallery;
import dev.atelier.server.gallery.GalleryImage;
import dev.atelier.server.jobs.DurableJobQueue;
import dev.atelier.server.jobs.Job;
import dev.atelier.server.jobs.JobState;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import javax.imageio.ImageIO;

/** Pictures that plugins' jobs ask for, made by the queue like everybody's. Blocks. */
final class OrderedPictures {
  /** Longer waits are made of several. */
  private static final Duration LOOK = Duration.ofMinutes(1);

  private final PluginJobBook book;
  private final DurableJobQueue queue;
  private final Gallery gallery;
  private final UnaryOperator<ImageRequest> admit;

  /**
   * @param admit a request as plugins want it queued; throws InvalidRequestException
   */
  OrderedPictures(
      PluginJobBook book,
      DurableJobQueue queue,
      Gallery gallery,
      UnaryOperator<ImageRequest> admit) {
    this.book = book;
    this.queue = queue;
    this.gallery = gallery;
    this.admit = admit;
  }

  /**
   * The job that makes the pictures of a name: the one that was asked for before, unless it came to
   * nothing or its pictures have left the gallery.
   *
   * @throws InvalidRequestException when they cannot be made
   */
  UUID order(UUID pluginJob, String name, ImageRequest request) {
    Optional<UUID> before = book.pictures(pluginJob, name).await();
    if (before.isPresent() && isOfUse(before.get())) {
      return before.get();
    }
    ImageRequest admitted = admit.apply(request);
    return queue
        .submit(admitted, (sql, job) -> PluginJobTable.notePictures(sql, pluginJob, name, job.id()))
        .await()
        .id();
  }

  private boolean isOfUse(UUID id) {
    Optional<Job> job = queue.find(id).await();
    return job.isPresent()
        && (!job.get().state().ended()
            || job.get().state() == JobState.DONE
                && images(job.get()).size() == job.get().request().batchSize());
  }

  private List<GalleryImage> images(Job job) {
    return gallery.findAll(job.images()).await();
  }

  /** Waits until a job has ended or {@code asked} completes; the job as it stands then. */
  Job await(UUID id, CompletableFuture<?> asked) {
    while (true) {
      CompletableFuture<Optional<Job>> ended =
          queue.awaitEnd(id, LOOK).toCompletionStage().toCompletableFuture();
      CompletableFuture.anyOf(ended, asked).join();
      Job job = queue.find(id).await().orElseThrow();
      if (asked.isDone() || job.state().ended()) {
        return job;
      }
    }
  }

  /** Gives up pictures that nobody wants any more. */
  void cancel(UUID id) {
    queue.cancel(id).await();
  }

  /**
   * The pictures of a job that has ended.
   *
   * @throws InvalidRequestException when there are none, saying why
   */
  List<BufferedImage> read(Job job) throws IOException {
    if (job.state() != JobState.DONE) {
      throw new InvalidRequestException(
          "pictures",
          job.error().orElse("A picture of it was cancelled; start it again to have it made."));
    }
    List<BufferedImage> pictures = new ArrayList<>();
    for (GalleryImage image : images(job)) {
      pictures.add(ImageIO.read(gallery.file(image).toFile()));
    }
    return pictures;
  }
}
