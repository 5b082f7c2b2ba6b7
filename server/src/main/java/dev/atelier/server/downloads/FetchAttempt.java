package dev.atelier.server.downloads;

import dev.atelier.server.hub.PlannedFile;
import dev.atelier.server.outbound.OutboundClient;
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
import java.util.function.LongConsumer;

/**
 * Asks once for what is missing of a file, and writes what comes behind what is here. Runs on one
 * context.
 */
final class FetchAttempt {
  private final Vertx vertx;
  private final OutboundClient client;
  private final PlannedFile file;
  private final PartFile part;
  private final DownloadLimits limits;
  private final Halt halt;
  private final LongConsumer progress;

  /**
   * @param progress hears how many bytes there are, whenever more have come
   */
  FetchAttempt(
      Vertx vertx,
      OutboundClient client,
      PlannedFile file,
      PartFile part,
      DownloadLimits limits,
      Halt halt,
      LongConsumer progress) {
    this.vertx = vertx;
    this.client = client;
    this.file = file;
    this.part = part;
    this.limits = limits;
    this.halt = halt;
    this.progress = progress;
  }

  /**
   * Makes the attempt.
   *
   * @param have bytes that are here
   * @param etag by which the server knows whether they are still of the same file
   * @return succeeds when the file is whole; fails with a {@link DownloadFailedException} when no
   *     other attempt helps, with a {@link TryAgainException} or as the connection does when one
   *     may
   */
  Future<Void> run(long have, Optional<String> etag) {
    Map<String, String> headers = new HashMap<>();
    if (have > 0) {
      headers.put("Range", "bytes=" + have + "-");
      etag.ifPresent(known -> headers.put("If-Range", known));
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
    return answered.future().compose(answer -> take(answer, have));
  }

  private Future<Void> take(OutboundClient.Answer answer, long have) {
    HttpClientResponse response = answer.response();
    try {
      AnswerCheck check = new AnswerCheck(file, limits, have, answer);
      return check.goesOn()
          ? open(answer, have)
          : vertx.executeBlocking(() -> begin(response), false).compose(begun -> open(answer, 0));
    } catch (TryAgainException later) {
      response.request().reset();
      // What is here does not fit to what is there: from the beginning, then.
      return response.statusCode() == 416
          ? vertx.executeBlocking(part::drop, false).compose(dropped -> Future.failedFuture(later))
          : Future.failedFuture(later);
    } catch (DownloadFailedException e) {
      response.request().reset();
      return Future.failedFuture(e);
    }
  }

  private Void begin(HttpClientResponse response) throws IOException {
    return part.begin(file.url().toString(), Optional.ofNullable(response.getHeader("ETag")));
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
                    file.url().getHost() + " sends more than it announced; nothing of it is kept.",
                    true));
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

  /** What went wrong, for a sentence to the user. */
  static String words(Throwable cause) {
    return cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
  }
}
