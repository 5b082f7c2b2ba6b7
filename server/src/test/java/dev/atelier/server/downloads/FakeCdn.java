package dev.atelier.server.downloads;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Keeps files by their SHA-256 and gives parts of them, as hubs' CDNs do, with {@link Mischief}.
 */
final class FakeCdn {
  static final String NAME = "cdn";

  private static final Pattern RANGE = Pattern.compile("bytes=(\\d+)-(\\d*)");

  private final Queue<Mischief> mischief = new ConcurrentLinkedQueue<>();
  private final Map<String, byte[]> stored = new ConcurrentHashMap<>();
  private final List<SeenRequest> seen;
  private final HttpServer server;

  /** What its ETags end with. */
  private volatile String etag = "1";

  /**
   * @param seen where it notes what it is asked for
   */
  FakeCdn(Vertx vertx, List<SeenRequest> seen) {
    this.seen = seen;
    this.server =
        vertx.createHttpServer().requestHandler(this::answer).listen(0, "127.0.0.1").await();
  }

  String url() {
    return "http://127.0.0.1:" + server.actualPort();
  }

  /** What is done to the next answers, one each. */
  Queue<Mischief> mischief() {
    return mischief;
  }

  void store(byte[] content) {
    stored.put(BlobHash.sha256(content), content);
  }

  /** Stores other bytes under a hash than those that it is the hash of. */
  void corrupt(byte[] content) {
    byte[] other = content.clone();
    other[other.length / 2] ^= 1;
    stored.put(BlobHash.sha256(content), other);
  }

  /** Where that content is. */
  String url(byte[] content) {
    return url() + "/" + BlobHash.sha256(content);
  }

  private void answer(HttpServerRequest request) {
    seen.add(SeenRequest.of(NAME, request));
    byte[] content = stored.get(request.path().substring(1));
    Mischief now = mischief.poll();
    HttpServerResponse response = request.response();
    if (now instanceof Mischief.Status status) {
      status.answer(response);
      return;
    }
    if (now instanceof Mischief.Redirect redirect) {
      response.setStatusCode(302).putHeader("Location", redirect.location()).end();
      return;
    }
    if (now instanceof Mischief.Changed changed) {
      etag = changed.etag();
    }
    String tag = '"' + request.path().substring(1, 9) + etag + '"';
    response.putHeader("ETag", tag);
    String ifRange = request.getHeader("If-Range");
    Matcher range = RANGE.matcher(String.valueOf(request.getHeader("Range")));
    int from = 0;
    int to = content.length;
    if (range.matches() && (ifRange == null || ifRange.equals(tag))) {
      from = Integer.parseInt(range.group(1));
      to = range.group(2).isEmpty() ? to : Integer.parseInt(range.group(2)) + 1;
      response
          .setStatusCode(206)
          .putHeader("Content-Range", "bytes %d-%d/%d".formatted(from, to - 1, content.length));
    }
    send(request, Buffer.buffer(content).slice(from, to), now);
  }

  private void send(HttpServerRequest request, Buffer body, Mischief now) {
    HttpServerResponse response = request.response();
    long length = now instanceof Mischief.Lie lie ? lie.contentLength() : body.length();
    response.putHeader("Content-Length", String.valueOf(length));
    if (now instanceof Mischief.Cut cut) {
      if (cut.after() == 0) {
        request.connection().close();
        return;
      }
      response
          .write(body.slice(0, Math.min(cut.after(), body.length())))
          .onComplete(written -> request.connection().close());
    } else if (now instanceof Mischief.Hold hold) {
      response.write(body.slice(0, hold.after()));
      hold.rest().complete(() -> response.end(body.slice(hold.after(), body.length())));
    } else if (now instanceof Mischief.Lie) {
      response.write(body.slice(0, (int) Math.min(length, body.length())));
    } else {
      response.end(body);
    }
  }
}
