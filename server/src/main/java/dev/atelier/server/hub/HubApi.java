package dev.atelier.server.hub;

import dev.atelier.server.outbound.OutboundClient;
import dev.atelier.server.outbound.RefusedAddressException;
import dev.atelier.server.outbound.RetryAfter;
import dev.atelier.server.problem.Problem;
import dev.atelier.server.problem.ProblemException;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;

/** Asks a hub's API, and says in a sentence what it answers instead of an answer. */
final class HubApi {
  /** Repositories of thousands of files have descriptions of megabytes. */
  private static final int MAX_BYTES = 16 << 20;

  private final OutboundClient client;
  private final String hub;

  /**
   * @param hub its name in sentences
   */
  HubApi(OutboundClient client, String hub) {
    this.client = client;
    this.hub = hub;
  }

  /**
   * Fetches JSON.
   *
   * @param denied what a status that is not 200 means at this address; may leave it open
   */
  Future<JsonObject> get(URI uri, Function<HttpClientResponse, Optional<String>> denied) {
    return client
        .get(uri, Map.of("Accept", "application/json"))
        .recover(cause -> Future.failedFuture(unreachable(hub, cause)))
        .compose(
            answer -> {
              HttpClientResponse response = answer.response();
              if (response.statusCode() != 200) {
                response.request().reset();
                return Future.failedFuture(
                    denied
                        .apply(response)
                        .map(HubApi::refusal)
                        .orElseGet(() -> status(hub, response)));
              }
              return body(answer).map(this::parse);
            });
  }

  private Future<Buffer> body(OutboundClient.Answer answer) {
    HttpClientResponse response = answer.response();
    Promise<Buffer> done = Promise.promise();
    Buffer body = Buffer.buffer();
    answer.broken().onFailure(cause -> done.tryFail(unreachable(hub, cause)));
    response.endHandler(end -> done.tryComplete(body));
    response.handler(
        piece -> {
          if (body.length() + piece.length() > MAX_BYTES) {
            done.tryFail(refusal(hub + " answers with too much; this is no model."));
            response.request().reset();
          } else {
            body.appendBuffer(piece);
          }
        });
    response.resume();
    return done.future();
  }

  private JsonObject parse(Buffer body) {
    try {
      return body.toJsonObject();
    } catch (DecodeException | ClassCastException e) {
      throw new ProblemException(
          Problem.of(
              502, "address", hub + " answers with something else than JSON; try again later."));
    }
  }

  /** What a server's status means where nothing special is known of it. */
  static ProblemException status(String server, HttpClientResponse response) {
    OptionalLong wait = RetryAfter.seconds(response);
    String sentence =
        switch (response.statusCode()) {
          case 401, 403 -> server + " does not let this through without a token of yours.";
          case 404, 410 -> server + " has nothing at this address; check it.";
          case 429 ->
              server
                  + " asks to wait"
                  + (wait.isPresent() ? " " + wait.getAsLong() + " s" : "")
                  + "; try again then.";
          default ->
              server + " answers with status " + response.statusCode() + "; try again later.";
        };
    if (response.statusCode() == 429) {
      return new ProblemException(Problem.of(429, "address", sentence).withRetryAfter(wait));
    }
    return new ProblemException(
        Problem.of(response.statusCode() >= 500 ? 502 : 422, "address", sentence));
  }

  /** What keeps a server from being asked. */
  static ProblemException unreachable(String server, Throwable cause) {
    if (cause instanceof RefusedAddressException) {
      return refusal(cause.getMessage());
    }
    if (cause instanceof ProblemException known) {
      return known;
    }
    return new ProblemException(
        Problem.of(
            502,
            "address",
            server + " cannot be reached; check this computer's network and try again."));
  }

  /** The end of a look at something that cannot be had. */
  static ProblemException refusal(String sentence) {
    return new ProblemException(Problem.of(422, "address", sentence));
  }
}
