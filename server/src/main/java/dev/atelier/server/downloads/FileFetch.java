package dev.atelier.server.downloads;

import dev.atelier.server.hub.PlannedFile;
import dev.atelier.server.outbound.OutboundClient;
import dev.atelier.server.outbound.RefusedAddressException;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.file.AsyncFile;
import io.vertx.core.file.OpenOptions;
import io.vertx.core.http.HttpClientResponse;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongConsumer;

/**
 * Fetches one file: goes on where it stopped, tries again when the connection breaks, waits when
 * the server asks for it. Runs on one context.
 */
final class FileFetch {
  private final Vertx vertx;
  private final OutboundClient client;
  private final PlannedFile file;
  private final PartFile part;
  private final DownloadLimits limits;
  private final Halt halt;
  private final LongConsumer progress;
  private final Consumer<Boolean> waiting;

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
    this.client = client;
    this.file = file;
    this.part = part;
    this.limits = limits;
    this.halt = halt;
    this.progress = progress;
    this.waiting = waiting;
  }

  /** A server that may be asked again, and when. */
  private static final class TryAgainException extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final long seconds;

    TryAgainException(String message, long seconds) {
      super(message, null, false, false);
      this.seconds = seconds;
    }
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
                    : attempt(here).recover(cause -> again(cause, here.bytes())));
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
      return (worthless ? dropped() : Future.<Void>succeededFuture())
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
                  .formatted(host(), fruitless, words(cause))));
    }
    long pause =
        cause instanceof TryAgainException later && later.seconds > 0
            ? later.seconds * 1000
            : limits.pause().toMillis() << Math.min(fruitless, 6);
    return pause(pause).compose(waited -> run());
  }

  private static String words(Throwable cause) {
    return cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
  }

  private String host() {
    return file.url().getHost();
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

  private Future<Void> attempt(Here here) {
    Map<String, String> headers = new HashMap<>();
    if (here.bytes() > 0) {
      headers.put("Range", "bytes=" + here.bytes() + "-");
      here.etag().ifPresent(etag -> headers.put("If-Range", etag));
    }
    Promise<OutboundClient.Answer> answered = Promise.promise();
    halt.by(() -> answered.tryFail("It was stopped."));
    client
        .get(file.url(), headers)
        .onFailure(answered::tryFail)
        .onSuccess(
            answer -> {
              if (!answered.tryComplete(answer)) {
                answer.response().request().reset();
              }
            });
    return answered.future().compose(answer -> take(answer, here.bytes()));
  }

  private Future<Void> take(OutboundClient.Answer answer, long have) {
    HttpClientResponse response = answer.response();
    try {
      AnswerCheck check = new AnswerCheck(file, limits, have, answer);
      return check.goesOn()
          ? open(answer, have)
          : vertx
              .executeBlocking(
                  () -> {
                    part.begin(
                        file.url().toString(), Optional.ofNullable(response.getHeader("ETag")));
                    return null;
                  },
                  false)
              .compose(begun -> open(answer, 0));
    } catch (AnswerCheck.LaterException e) {
      response.request().reset();
      TryAgainException later = new TryAgainException(e.getMessage(), e.seconds());
      // What is here does not fit to what is there: from the beginning, then.
      return response.statusCode() == 416
          ? dropped().compose(dropped -> Future.failedFuture(later))
          : Future.failedFuture(later);
    } catch (DownloadFailedException e) {
      response.request().reset();
      return Future.failedFuture(e);
    }
  }

  private Future<Void> dropped() {
    return vertx.executeBlocking(
        () -> {
          part.drop();
          return null;
        },
        false);
  }

  private Future<Void> open(OutboundClient.Answer answer, long from) {
    return vertx
        .fileSystem()
        .open(part.part().toString(), new OpenOptions().setWrite(true).setCreate(true))
        .compose(to -> write(answer, to.setWritePos(from), from));
  }

  /** Bytes go to the disk as fast as it takes them, and no faster. */
  private Future<Void> write(OutboundClient.Answer answer, AsyncFile to, long from) {
    HttpClientResponse response = answer.response();
    Promise<Void> ended = Promise.promise();
    long[] have = {from};
    long most = file.bytes().orElse(limits.fileBytes());
    halt.by(
        () -> {
          ended.tryFail("It was stopped.");
          response.request().reset();
        });
    if (halt.asked()) {
      ended.tryFail("It was stopped.");
      response.request().reset();
    }
    to.exceptionHandler(
        cause ->
            ended.tryFail(
                new DownloadFailedException(
                    "The disk does not take the file (%s); make room and go on."
                        .formatted(words(cause)))));
    response.endHandler(end -> ended.tryComplete());
    response.handler(
        piece -> {
          have[0] += piece.length();
          if (have[0] > most + AnswerCheck.TOLERANCE) {
            ended.tryFail(
                new DownloadFailedException(
                    host() + " sends more than it announced; nothing of it is kept.", true));
            response.request().reset();
            return;
          }
          to.write(piece);
          progress.accept(have[0]);
          if (to.writeQueueFull()) {
            response.pause();
            to.drainHandler(drained -> response.resume());
          }
        });
    response.resume();
    // What came before the break is read first: the next attempt begins behind it.
    answer.broken().onFailure(cause -> vertx.runOnContext(read -> ended.tryFail(cause)));
    return ended
        .future()
        .transform(
            result ->
                to.close()
                    .transform(
                        closed ->
                            result.failed()
                                ? Future.failedFuture(result.cause())
                                : complete(closed.succeeded(), have[0])));
  }

  private Future<Void> complete(boolean written, long have) {
    if (!written) {
      return Future.failedFuture(
          new DownloadFailedException("The disk does not take the file; make room and go on."));
    }
    // A size that a hub rounded may be a little off; the hash then decides.
    boolean all =
        file.bytes().isEmpty() || have >= file.bytes().getAsLong() - AnswerCheck.TOLERANCE;
    return all
        ? Future.succeededFuture()
        : Future.failedFuture(new TryAgainException("the file ended early", 0));
  }
}
