package dev.atelier.server.downloads;

import dev.atelier.server.outbound.OutboundClient;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Path;
import java.util.UUID;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes one download after the other from the queue. Callable from any thread. */
final class DownloadWorker {
  private static final Logger LOG = LoggerFactory.getLogger(DownloadWorker.class);

  /** Often enough for a bar that moves, seldom enough for a page in the background. */
  private static final long TELL_MILLIS = 400;

  private final Vertx vertx;
  private final DownloadBook book;
  private final OutboundClient client;
  private final DownloadFolder folder;
  private final DownloadLimits limits;
  private final Supplier<Future<?>> arrived;

  /** Everything below belongs to it. */
  private final Context context;

  private DownloadRun run;
  private Future<Void> running = Future.succeededFuture();

  /** What a run that is halted becomes. */
  private DownloadState after = DownloadState.PAUSED;

  private boolean closed;

  DownloadWorker(
      Vertx vertx,
      DownloadBook book,
      OutboundClient client,
      DownloadFolder folder,
      DownloadLimits limits,
      Supplier<Future<?>> arrived) {
    this.vertx = vertx;
    this.book = book;
    this.client = client;
    this.folder = folder;
    this.limits = limits;
    this.arrived = arrived;
    this.context = vertx.getOrCreateContext();
  }

  /** Looks whether there is something to do. */
  void next() {
    context.runOnContext(
        now -> {
          if (!closed && running.isComplete()) {
            Future<Boolean> taken = takeOne();
            running = taken.mapEmpty();
            running.onSuccess(
                done -> {
                  if (taken.result()) {
                    next();
                  }
                });
          }
        });
  }

  /** Whether there was one. */
  private Future<Boolean> takeOne() {
    return book.oldestQueued()
        .compose(
            queued ->
                queued.isEmpty() || closed
                    ? Future.succeededFuture(false)
                    : work(queued.get()).map(true))
        .onFailure(cause -> LOG.error("The queue of downloads stands still", cause));
  }

  private Future<Void> work(Download download) {
    UUID id = download.id();
    run = new DownloadRun(vertx, client, folder, limits, id, download.plan());
    DownloadRun mine = run;
    after = DownloadState.PAUSED;
    return book.change(id, DownloadState.QUEUED, DownloadState.RUNNING)
        .compose(
            started ->
                started
                    ? book.tell(id).compose(told -> bring(told.orElseThrow(), mine))
                    : Future.failedFuture(new DownloadFailedException("It was stopped.")))
        .transform(
            result -> {
              run = null;
              return result.succeeded()
                  ? book.change(id, DownloadState.RUNNING, DownloadState.DONE)
                  : ended(download, mine, result.cause());
            })
        .compose(changed -> book.tell(id))
        .mapEmpty();
  }

  /** Fetches a model and brings it in, telling the pages meanwhile how far it is. */
  private Future<?> bring(Download begun, DownloadRun work) {
    long timer = vertx.setPeriodic(TELL_MILLIS, tick -> book.tell(begun.running(work.progress())));
    return work.run()
        .compose(place -> bringIn(begun, place))
        // Whoever hears that it is done can draw with it.
        .compose(here -> arrived.get().otherwiseEmpty())
        .onComplete(ended -> vertx.cancelTimer(timer));
  }

  /** Noted first, so that a crash leaves no model that nobody knows of. */
  private Future<Void> bringIn(Download download, Path place) {
    return book.place(download.id(), place)
        .compose(
            noted ->
                vertx.executeBlocking(
                    () -> {
                      folder.bringIn(download.id(), download.plan(), place);
                      return null;
                    },
                    false));
  }

  private Future<Boolean> ended(Download download, DownloadRun work, Throwable cause) {
    UUID id = download.id();
    if (work.halt().asked()) {
      return book.change(id, DownloadState.RUNNING, after);
    }
    String why = sentence(download, cause);
    LOG.info("{} was not downloaded: {}", download.plan().name(), why);
    boolean worthless = cause instanceof DownloadFailedException e && e.worthless();
    Future<Void> dropped = worthless ? drop(id) : Future.succeededFuture();
    return dropped.transform(
        done -> book.change(id, DownloadState.RUNNING, DownloadState.FAILED, why));
  }

  private String sentence(Download download, Throwable cause) {
    if (cause instanceof DownloadFailedException) {
      return cause.getMessage();
    }
    LOG.warn("{} was not downloaded", download.plan().name(), cause);
    return cause instanceof IOException
        ? "%s cannot be written to (%s); make room or choose another folder with --downloads."
            .formatted(folder.root(), cause.getMessage())
        : "Something went wrong inside the studio; its log says what. Try again.";
  }

  /** Forgets what has come of a download that does not run. */
  Future<Void> drop(UUID id) {
    return vertx.executeBlocking(
        () -> {
          folder.drop(id);
          return null;
        },
        false);
  }

  /** A download with how far it is, if it is the one that runs. */
  Future<Download> withProgress(Download download) {
    return onContext(
        () ->
            run != null
                    && run.id().equals(download.id())
                    && download.state() == DownloadState.RUNNING
                ? download.running(run.progress())
                : download);
  }

  /**
   * Halts a download, if it is the one that runs.
   *
   * @param to what it becomes
   * @return done when it has become that
   */
  Future<Void> halt(UUID id, DownloadState to) {
    return onContext(
            () -> {
              if (run == null || !run.id().equals(id)) {
                return Future.<Void>succeededFuture();
              }
              after = to;
              run.halt().ask();
              return running;
            })
        .compose(halting -> halting);
  }

  /** Halts what runs, to be gone on with at another time. */
  Future<Void> close() {
    return onContext(
            () -> {
              closed = true;
              if (run != null) {
                run.halt().ask();
              }
              return running;
            })
        .compose(halting -> halting.otherwiseEmpty());
  }

  private <T> Future<T> onContext(Supplier<T> work) {
    Promise<T> done = Promise.promise();
    context.runOnContext(now -> done.complete(work.get()));
    return done.future();
  }
}
