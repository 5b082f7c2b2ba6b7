package dev.atelier.server.downloads;

import io.vertx.core.http.HttpServerResponse;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** What is done to an answer in place of giving what was asked for. */
public sealed interface Mischief {
  /** Cuts the connection after so many bytes of the answer. */
  record Cut(int after) implements Mischief {}

  /** Answers with that status and these headers instead. */
  record Status(int status, Map<String, String> headers) implements Mischief {
    void answer(HttpServerResponse response) {
      headers.forEach(response::putHeader);
      response.setStatusCode(status).end();
    }
  }

  /** Sends so many bytes and then waits for {@link #letGo}. */
  record Hold(int after, CompletableFuture<Runnable> rest) implements Mischief {
    public Hold(int after) {
      this(after, new CompletableFuture<>());
    }

    /** Sends the rest, as soon as there is an answer that was held. */
    public void letGo() {
      rest.orTimeout(30, TimeUnit.SECONDS).join().run();
    }
  }

  /** Says that there is another number of bytes than there is. */
  record Lie(long contentLength) implements Mischief {}

  /** Has another file from now on, as far as its ETag says. */
  record Changed(String etag) implements Mischief {}

  /** Sends elsewhere. */
  record Redirect(String location) implements Mischief {}
}
