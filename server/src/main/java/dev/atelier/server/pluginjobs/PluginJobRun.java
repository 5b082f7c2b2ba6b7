package dev.atelier.server.pluginjobs;

import dev.atelier.models.pipeline.ImageRequest;
import dev.atelier.models.pipeline.InvalidRequestException;
import dev.atelier.plugins.api.JobContext;
import dev.atelier.plugins.api.JobEndedException;
import dev.atelier.plugins.api.Parameters;
import dev.atelier.server.jobs.Job;
import dev.atelier.server.jobs.JobState;
import dev.atelier.server.pluginjobs.PluginJob.Progress;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;

/** A job as the plugin sees it that does it. */
final class PluginJobRun implements JobContext {
  private static final int MAX_STATE = 1_000_000;
  private static final int MAX_NAME = 100;
  private static final int MAX_RESULTS = 100;

  private final PluginJobBook book;
  private final OrderedPictures pictures;
  private final ResultFiles files;
  private final Parameters parameters;
  private final Optional<String> state;
  private final CompletableFuture<Ending> asked;
  private final ProgressClock clock;

  /** Whether how far it is has not been told, because that was told of the step before just now. */
  private boolean withheld;

  private volatile PluginJob job;

  /**
   * @param job as it has just been started
   * @param asked completes with what the job shall become; the first to complete it decides
   */
  PluginJobRun(
      PluginJobBook book,
      OrderedPictures pictures,
      ResultFiles files,
      PluginJob job,
      Parameters parameters,
      CompletableFuture<Ending> asked,
      LongSupplier nanoTime) {
    this.book = book;
    this.pictures = pictures;
    this.files = files;
    this.job = job;
    this.parameters = parameters;
    this.state = book.saved(job.id()).await();
    this.asked = asked;
    this.clock = new ProgressClock(nanoTime);
  }

  UUID id() {
    return job.id();
  }

  /** How far it is; empty before it has said so. Callable from any thread. */
  Optional<Progress> now() {
    return job.progress().map(clock::carriedOn);
  }

  @Override
  public Parameters parameters() {
    return parameters;
  }

  @Override
  public Optional<String> state() {
    return state;
  }

  @Override
  public void save(String saved) {
    goOn();
    if (saved.length() > MAX_STATE) {
      throw new IllegalArgumentException("a state has %,d characters at most".formatted(MAX_STATE));
    }
    kept(() -> book.save(id(), saved).await());
  }

  @Override
  public void progress(int step, int of, String text) {
    goOn();
    if (of < 1 || step < 0 || step > of) {
      throw new IllegalArgumentException("there is no step %d of %d".formatted(step, of));
    }
    job = job.with(clock.at(step, of, text));
    withheld = !clock.isTimeToTell(step == of);
    if (!withheld) {
      book.tell(job);
    }
  }

  @Override
  public List<BufferedImage> pictures(String name, ImageRequest request) {
    goOn();
    if (name.isEmpty() || name.length() > MAX_NAME) {
      throw new IllegalArgumentException("a name of pictures has 1 to 100 characters");
    }
    if (withheld) {
      // What it is at may take long now.
      withheld = false;
      book.tell(job);
    }
    UUID order = kept(() -> pictures.order(id(), name, request));
    Job made = kept(() -> pictures.await(order, asked));
    if (asked.isDone() && asked.join().to() == JobState.CANCELLED) {
      kept(
          () -> {
            pictures.cancel(order);
            return null;
          });
    }
    goOn();
    return kept(() -> pictures.read(made));
  }

  @Override
  public void result(String name, BufferedImage picture) {
    goOn();
    if (!ResultFiles.NAME.matcher(name).matches()) {
      throw new IllegalArgumentException("“%s” is no name of a result".formatted(name));
    }
    boolean another = job.results().stream().noneMatch(result -> result.name().equals(name));
    if (another && job.results().size() >= MAX_RESULTS) {
      throw new IllegalArgumentException("a job has %d results at most".formatted(MAX_RESULTS));
    }
    kept(() -> {
          files.write(id(), name, picture);
          return book.noteResult(id(), name).await();
        })
        .ifPresent(
            noted -> {
              job = now().map(noted::with).orElse(noted);
              book.tell(job);
            });
  }

  private void goOn() {
    if (asked.isDone()) {
      throw new JobEndedException();
    }
  }

  /**
   * Does the studio's part of a call. When that fails the job fails, but it is no fault of the
   * plugin's.
   */
  private <T> T kept(Callable<T> work) {
    try {
      return work.call();
    } catch (InvalidRequestException e) {
      throw e;
    } catch (Exception e) {
      asked.complete(Ending.failed(sentence(e)));
      throw new JobEndedException();
    }
  }

  private static String sentence(Exception cause) {
    return cause instanceof IOException
        ? "The data folder cannot be written to (%s); make room on its disk and start the job again."
            .formatted(cause.getMessage())
        : "Something went wrong inside the studio (%s); its log says what. Start the job again."
            .formatted(cause.getMessage());
  }
}
