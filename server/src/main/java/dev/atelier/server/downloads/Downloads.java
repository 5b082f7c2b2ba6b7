package dev.atelier.server.downloads;

import dev.atelier.server.events.StudioEvents;
import dev.atelier.server.hub.DownloadPlan;
import dev.atelier.server.hub.Hubs;
import dev.atelier.server.hub.Offer;
import dev.atelier.server.outbound.OutboundClient;
import dev.atelier.server.problem.Problem;
import dev.atelier.server.problem.ProblemException;
import dev.atelier.server.store.Database;
import dev.atelier.server.store.TimeOrderedIds;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.file.Files;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;

/**
 * Getting models. One download runs at a time, the oldest first; each change is told on the event
 * bus. What a stopped or killed studio was at waits, paused, until somebody asks for it. Callable
 * from any thread.
 */
public final class Downloads {
  private static final List<DownloadState> NOT_RUNNING =
      List.of(DownloadState.QUEUED, DownloadState.PAUSED, DownloadState.FAILED);

  private final Vertx vertx;
  private final TimeOrderedIds ids;
  private final InstantSource clock;
  private final OutboundClient client;
  private final Hubs hubs;
  private final DownloadFolder folder;
  private final DownloadLimits limits;
  private final Supplier<Future<?>> changed;
  private final DownloadBook book;
  private final DownloadWorker worker;

  private Downloads(
      Vertx vertx,
      DownloadBook book,
      TimeOrderedIds ids,
      InstantSource clock,
      DownloadSetup setup,
      Supplier<Future<?>> changed) {
    this.vertx = vertx;
    this.ids = ids;
    this.clock = clock;
    this.client = setup.client(vertx);
    this.hubs = setup.hubs(client, clock);
    this.folder = setup.folder();
    this.limits = setup.limits();
    this.changed = changed;
    this.book = book;
    this.worker = new DownloadWorker(vertx, book, client, folder, limits, changed);
  }

  /**
   * Opens the queue. What was under way when the studio ended is paused.
   *
   * @param changed to be called when a model has come or gone
   */
  public static Future<Downloads> open(
      Vertx vertx,
      Database database,
      StudioEvents events,
      TimeOrderedIds ids,
      InstantSource clock,
      DownloadSetup setup,
      Supplier<Future<?>> changed) {
    DownloadBook book = new DownloadBook(database, events, clock);
    return book.recover(setup.folder())
        .map(done -> new Downloads(vertx, book, ids, clock, setup, changed));
  }

  /** The folder that models are downloaded to. */
  public DownloadFolder folder() {
    return folder;
  }

  /**
   * Looks at what is at an address.
   *
   * @param half whether 16-bit weights are wanted where there are any
   * @return fails with a {@link ProblemException}
   */
  public Future<Offer> look(String address, boolean half) {
    return hubs.look(address, half)
        .map(
            offer -> {
              offer.plan().ifPresent(this::checkSize);
              return offer;
            });
  }

  private void checkSize(DownloadPlan plan) {
    long largest = plan.files().stream().mapToLong(f -> f.bytes().orElse(0)).max().orElse(0);
    if (largest > limits.fileBytes() || plan.bytes() > limits.totalBytes()) {
      throw new ProblemException(
          Problem.of(
              422,
              "address",
              "This is %.1f GB; a file may have %d GiB and a model %d GiB unless the studio is started with another --download-limit."
                  .formatted(
                      plan.bytes() / 1e9, limits.fileBytes() >> 30, limits.totalBytes() >> 30)));
    }
  }

  /**
   * Queues what somebody agreed to.
   *
   * @return fails with a {@link ProblemException} when there is no room or it is on its way already
   */
  public Future<Download> start(DownloadPlan plan) {
    return book.list()
        .compose(
            known -> {
              checkNew(plan, known);
              return vertx.executeBlocking(folder::freeBytes, false);
            })
        .compose(
            free -> {
              checkRoom(plan, free);
              Download download = Download.queued(ids.next(), plan, clock.instant());
              return book.insert(download).map(download);
            })
        .onSuccess(book::tell)
        .onSuccess(queued -> worker.next());
  }

  private static void checkNew(DownloadPlan plan, List<Download> known) {
    for (Download download : known) {
      boolean same =
          download.plan().address().equals(plan.address())
              && download.plan().files().equals(plan.files());
      boolean done = download.state() == DownloadState.DONE;
      if (same && (!done || isThere(download))) {
        throw new ProblemException(
            Problem.of(
                409,
                done
                    ? "%s is here already: %s."
                        .formatted(plan.name(), download.path().orElseThrow())
                    : "%s is among the downloads already; go on with that one."
                        .formatted(plan.name())));
      }
    }
  }

  private void checkRoom(DownloadPlan plan, long free) {
    if (free - plan.bytes() < limits.spareBytes()) {
      throw new ProblemException(
          Problem.of(
              507,
              "%s needs %.1f GB and the disk of %s has %.1f GB left; make room first."
                  .formatted(plan.name(), plan.bytes() / 1e9, folder.root(), free / 1e9)));
    }
  }

  private static boolean isThere(Download download) {
    return download.path().filter(Files::exists).isPresent();
  }

  /** The downloads, the newest first, without those that were given up. */
  public Future<List<Download>> list() {
    return book.list()
        .compose(
            found -> {
              List<Future<Download>> all = new ArrayList<>();
              found.forEach(download -> all.add(worker.withProgress(download)));
              return Future.all(all).map(done -> done.<Download>list());
            });
  }

  /** A download as it stands. */
  public Future<Optional<Download>> find(UUID id) {
    return book.find(id)
        .compose(
            found ->
                found.isEmpty()
                    ? Future.succeededFuture(found)
                    : worker.withProgress(found.get()).map(Optional::of));
  }

  /** Stops a download for now; what has come is kept. */
  public Future<Optional<Download>> pause(UUID id) {
    return worker
        .halt(id, DownloadState.PAUSED)
        .compose(halted -> book.change(id, DownloadState.QUEUED, DownloadState.PAUSED))
        .compose(paused -> book.tell(id));
  }

  /** Puts a paused or failed download back into the queue. */
  public Future<Optional<Download>> resume(UUID id) {
    return book.change(
            id, List.of(DownloadState.PAUSED, DownloadState.FAILED), DownloadState.QUEUED)
        .compose(queued -> book.tell(id))
        .onSuccess(told -> worker.next());
  }

  /**
   * Undoes a download: one under way is given up and its files are deleted, a model that has come
   * is moved to {@code .trash} in the folder of downloads.
   */
  public Future<Optional<Download>> remove(UUID id) {
    return book.find(id)
        .compose(
            found ->
                found.isPresent() && found.get().state() == DownloadState.DONE
                    ? trash(found.get())
                    : cancel(id));
  }

  private Future<Optional<Download>> cancel(UUID id) {
    return worker
        .halt(id, DownloadState.CANCELLED)
        .compose(halted -> book.change(id, NOT_RUNNING, DownloadState.CANCELLED))
        .compose(changed -> book.find(id))
        .compose(
            found ->
                found.isPresent() && found.get().state() == DownloadState.CANCELLED
                    ? worker.drop(id)
                    : Future.succeededFuture())
        .compose(dropped -> book.tell(id));
  }

  private Future<Optional<Download>> trash(Download download) {
    return vertx
        .executeBlocking(
            () -> {
              if (isThere(download)) {
                folder.trash(download.id(), download.path().orElseThrow());
              }
              return null;
            },
            false)
        .recover(
            cause ->
                Future.failedFuture(
                    new ProblemException(
                        Problem.of(
                            409,
                            "%s cannot be moved to the trash (%s); try again when no picture uses it."
                                .formatted(download.plan().name(), cause.getMessage())))))
        .compose(moved -> book.change(download.id(), DownloadState.DONE, DownloadState.REMOVED))
        .compose(noted -> changed.get())
        .compose(looked -> book.tell(download.id()));
  }

  /** Stops what runs, to be gone on with at another time. */
  public Future<Void> close() {
    return worker.close().compose(stopped -> client.close());
  }
}
