package dev.atelier.server.pluginjobs;

import dev.atelier.models.pipeline.InvalidRequestException;
import dev.atelier.plugins.api.JobEndedException;
import dev.atelier.plugins.api.Parameters;
import dev.atelier.server.json.RequestJson;
import dev.atelier.server.plugins.JobTypes;
import dev.atelier.server.plugins.PluginFault;
import dev.atelier.server.store.Persistence;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread that has plugins' jobs done, one after another: the oldest whose plugin runs.
 * Everything but the thread's own work is callable from any thread.
 */
final class PluginJobWorker {
  private static final Logger LOG = LoggerFactory.getLogger(PluginJobWorker.class);

  private final PluginJobBook book;
  private final JobTypes types;
  private final OrderedPictures pictures;
  private final ResultFiles files;

  /** A permit for each reason to look for work. */
  private final Semaphore wake = new Semaphore(0);

  private final Persistence persistence = new Persistence();
  private final Promise<Void> ended = Promise.promise();

  /** What the job in hand shall become, from before it is noted that it runs. */
  private volatile Optional<Hand> hand = Optional.empty();

  private volatile Optional<PluginJobRun> run = Optional.empty();

  private record Hand(UUID id, CompletableFuture<Ending> asked) {}

  PluginJobWorker(PluginJobBook book, JobTypes types, OrderedPictures pictures, ResultFiles files) {
    this.book = book;
    this.types = types;
    this.pictures = pictures;
    this.files = files;
  }

  void start() {
    new Thread(this::live, "plugin-jobs").start();
  }

  /** Looks whether there is something to do. */
  void look() {
    wake.release();
  }

  /** A job with how far it is, if it is the one that runs. */
  PluginJob now(PluginJob job) {
    return run.filter(running -> running.id().equals(job.id()) && !job.state().ended())
        .flatMap(PluginJobRun::now)
        .map(job::with)
        .orElse(job);
  }

  /** Asks a job to end, if it is the one that runs. */
  void cancel(UUID id) {
    hand.filter(inHand -> inHand.id().equals(id))
        .ifPresent(inHand -> inHand.asked().complete(Ending.CANCELLED));
  }

  /** Ends the thread; the job in hand goes back into the queue. */
  Future<Void> stop() {
    persistence.stop();
    hand.ifPresent(inHand -> inHand.asked().complete(Ending.LATER));
    wake.release();
    return ended.future();
  }

  private boolean stopping() {
    return persistence.stopping();
  }

  private void live() {
    try {
      while (!stopping()) {
        wake.drainPermits();
        try {
          if (!work() && !stopping()) {
            wake.acquireUninterruptibly();
          }
        } catch (Exception e) {
          LOG.error("The worker of plugins' jobs goes on after a fault", e);
          persistence.pause();
        }
      }
    } finally {
      ended.complete();
    }
  }

  /** Runs the oldest job whose plugin runs; whether there was one. */
  private boolean work() {
    for (PluginJob job : book.queued().await()) {
      CompletableFuture<Ending> asked = new CompletableFuture<>();
      Optional<JobTypes.Entered> entered =
          types.enter(job.type(), job.id(), () -> asked.complete(Ending.LATER));
      if (entered.isPresent()) {
        try (JobTypes.Entered plugin = entered.get()) {
          work(job.id(), plugin, asked);
        }
        return true;
      }
    }
    return false;
  }

  private void work(UUID id, JobTypes.Entered plugin, CompletableFuture<Ending> asked) {
    hand = Optional.of(new Hand(id, asked));
    if (stopping()) {
      asked.complete(Ending.LATER);
    }
    try {
      // Empty when it was cancelled meanwhile.
      Optional<PluginJob> started = book.start(id).await();
      if (started.isPresent()) {
        Ending ending = end(started.get(), plugin, asked);
        persistence.persist(() -> book.end(id, ending));
      }
    } finally {
      hand = Optional.empty();
    }
  }

  private Ending end(PluginJob job, JobTypes.Entered plugin, CompletableFuture<Ending> asked) {
    try {
      return run(job, plugin, asked);
    } catch (RuntimeException e) {
      LOG.error("The job {} failed", job.id(), e);
      return Ending.failed("Something went wrong inside the studio; its log says what.");
    } finally {
      run = Optional.empty();
      // Whatever the plugin still does with it goes nowhere.
      asked.complete(Ending.DONE);
    }
  }

  private Ending run(PluginJob job, JobTypes.Entered plugin, CompletableFuture<Ending> asked) {
    Parameters parameters;
    try {
      // As this version's schema has them: another may have queued the job.
      parameters = plugin.type().parameters(RequestJson.plain(job.parameters()));
    } catch (InvalidRequestException e) {
      return Ending.failed(e.getMessage());
    }
    PluginJobRun running =
        new PluginJobRun(book, pictures, files, job, parameters, asked, System::nanoTime);
    run = Optional.of(running);
    try {
      return plugin.run(running, asked).map(Ending::failed).orElse(Ending.DONE);
    } catch (JobEndedException e) {
      return asked.join();
    } catch (PluginFault e) {
      return Ending.failed(
          e.getMessage() + " It has been switched off; switch it on and start the job again.");
    }
  }
}
