package dev.atelier.server.downloads;

import dev.atelier.server.hub.PlannedFile;
import dev.atelier.server.outbound.OutboundClient;
import dev.atelier.server.outbound.RefusedAddressException;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongConsumer;

/**
 * Fetches one file: goes on where it stopped, tries again when the connection breaks, waits when
 * the server asks for it. Runs on one context.
 */
final class FileFetch {
  private final Vertx vertx;
  private final PlannedFile file;
  private final PartFile part;
  private final DownloadLimits limits;
  private final Halt halt;
  private final Consumer<Boolean> waiting;
  private final FetchAttempt attempt;

  /** Attempts in a row that brought nothing. */
  private int fruitless;

  /**
   * @param progress hears how many bytes there are, whenever more have come
   * @param waiting hears when a pause begins and when it ends
   */
  FileFetch(
      Vertx vertx,
      OutboundClient client,
      PlannedFile file,
      PartFile part,
      DownloadLimits limits,
      Halt halt,
      LongConsumer progress,
      Consumer<Boolean> waiting) {
    this.vertx = vertx;
    this.file = file;
    this.part = part;
    this.limits = limits;
    this.halt = halt;
    this.waiting = waiting;
    this.attempt = new FetchAttempt(vertx, client, file, part, limits, halt, progress);
  }

  /** What is here already, and the ETag by which the server knows whether it is still the same. */
  private record Here(long bytes, boolean whole, Optional<String> etag) {}

  /**
   * Fetches until the part file is whole.
   *
   * @return fails with a {@link DownloadFailedException}, or when it was halted
   */
  Future<Void> run() {
    if (halt.asked()) {
      return Future.failedFuture(new DownloadFailedException("It was stopped."));
    }
    return vertx
        .executeBlocking(this::look, false)
        .compose(
            here ->
                here.whole()
                    ? Future.succeededFuture()
                    : attempt
                        .run(here.bytes(), here.etag())
                        .recover(cause -> again(cause, here.bytes())));
  }

  private Here look() throws IOException {
    long have = part.bytes();
    long all = file.bytes().orElse(-1);
    Optional<String> etag =
        part.etag(file.url().toString()).filter(known -> !known.startsWith("W/"));
    if (part.isWhole() || have > 0 && have == all) {
      return new Here(have, true, etag);
    }
    // Only where it is sure to be noticed when the file has changed meanwhile.
    boolean canGoOn = file.checksum().isPresent() || etag.isPresent();
    if (have > 0 && (!canGoOn || all >= 0 && have > all)) {
      part.drop();
      have = 0;
    }
    return new Here(have, false, etag);
  }

  /**
   * @param before bytes that were here before the attempt that failed
   */
  private Future<Void> again(Throwable cause, long before) {
    if (halt.asked() || cause instanceof DownloadFailedException) {
      boolean worthless = cause instanceof DownloadFailedException e && e.worthless();
      return (worthless ? vertx.executeBlocking(part::drop, false) : Future.<Void>succeededFuture())
          .compose(done -> Future.failedFuture(cause));
    }
    if (cause instanceof RefusedAddressException) {
      return Future.failedFuture(new DownloadFailedException(cause.getMessage()));
    }
    return vertx.executeBlocking(part::bytes, false).compose(now -> again(cause, now > before));
  }

  private Future<Void> again(Throwable cause, boolean fruitful) {
    fruitless = fruitful ? 0 : fruitless + 1;
    if (fruitless >= limits.attempts()) {
      return Future.failedFuture(
          new DownloadFailedException(
              "%s broke off %d times (%s); go on when the network is better."
                  .formatted(file.url().getHost(), fruitless, FetchAttempt.words(cause))));
    }
    long pause =
        cause instanceof TryAgainException later && later.seconds() > 0
            ? later.seconds() * 1000
            : limits.pause().toMillis() << Math.min(fruitless, 6);
    return pause(pause).compose(waited -> run());
  }

  private Future<Void> pause(long millis) {
    Promise<Void> over = Promise.promise();
    waiting.accept(true);
    long timer = vertx.setTimer(Math.max(1, millis), rung -> over.tryComplete());
    halt.by(over::tryComplete);
    return over.future()
        .onComplete(
            done -> {
              vertx.cancelTimer(timer);
              waiting.accept(false);
            });
  }
}
