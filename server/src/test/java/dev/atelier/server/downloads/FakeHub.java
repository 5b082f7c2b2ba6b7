package dev.atelier.server.downloads;

import dev.atelier.server.outbound.HubTokens;
import dev.atelier.server.outbound.Rate;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A server that answers as Hugging Face and Civitai do, and a second one on another port that keeps
 * the files, as their CDNs do. What goes wrong on the way is up to the test.
 */
public final class FakeHub implements AutoCloseable {
  /** No wait is longer than a test needs. */
  static DownloadLimits quick(Rate looks) {
    return new DownloadLimits(
        1L << 30,
        2L << 30,
        0,
        3,
        Duration.ofMillis(1),
        Duration.ofSeconds(5),
        Duration.ofSeconds(20),
        looks);
  }

  /** What both servers were asked for. */
  public final List<SeenRequest> seen = new CopyOnWriteArrayList<>();

  /** What the hub itself answers to the next requests instead, one each. */
  public final Queue<Mischief.Status> refusals = new ConcurrentLinkedQueue<>();

  /** What the hub asks for before it gives a file; empty for nothing. */
  public volatile String token = "";

  private final Vertx vertx = Vertx.vertx();
  private final FakeCdn cdn = new FakeCdn(vertx, seen);

  /** What is done to the next answers of the CDN, one each. */
  public final Queue<Mischief> mischief = cdn.mischief();

  private final FakeHuggingFace huggingFace = new FakeHuggingFace(cdn, this::granted);
  private final FakeCivitai civitai = new FakeCivitai(cdn, this::granted);
  private final HttpServer server =
      vertx.createHttpServer().requestHandler(this::answer).listen(0, "127.0.0.1").await();

  public String url() {
    return "http://127.0.0.1:" + server.actualPort();
  }

  public String cdnUrl() {
    return cdn.url();
  }

  /** A studio's way to it. */
  public DownloadSetup setup(Path folder, String token) {
    return setup(folder, token, DownloadLimits.USUAL.looks());
  }

  DownloadSetup setup(Path folder, String token, Rate looks) {
    URI uri = URI.create(url());
    return new DownloadSetup(
        new DownloadFolder(folder),
        List.of(cdnUrl()),
        uri,
        uri,
        new HubTokens(Map.of(uri, token)),
        quick(looks));
  }

  /** Publishes a repository. */
  public FakeHub repo(String name, Map<String, byte[]> files, JsonObject description) {
    huggingFace.publish(name, files, description);
    return this;
  }

  /** The files of a folder, with their paths in it. */
  public static Map<String, byte[]> folder(Path folder) {
    Map<String, byte[]> files = new TreeMap<>();
    try (var all = Files.walk(folder)) {
      for (Path file : all.filter(Files::isRegularFile).toList()) {
        String path = folder.relativize(file).toString();
        if (!path.startsWith("training")) {
          files.put(path, Files.readAllBytes(file));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return files;
  }

  /** Publishes a model of Civitai's with one version, whose id is the model's plus 1000. */
  public FakeHub civitai(int id, String type, String base, String file, byte[] content) {
    civitai.publish(url(), id, type, base, file, content);
    return this;
  }

  /** Publishes other bytes under a hash than those that it is the hash of. */
  public void corrupt(byte[] content) {
    cdn.corrupt(content);
  }

  private void answer(HttpServerRequest request) {
    seen.add(SeenRequest.of("hub", request));
    Mischief.Status refusal = refusals.poll();
    if (refusal != null) {
      refusal.answer(request.response());
    } else if (!huggingFace.answers(request) && !civitai.answers(request)) {
      request.response().setStatusCode(404).end();
    }
  }

  private boolean granted(HttpServerRequest request) {
    return token.isEmpty() || ("Bearer " + token).equals(request.getHeader("Authorization"));
  }

  /** Requests to the CDN so far. */
  public List<SeenRequest> seenByCdn() {
    return seen.stream().filter(one -> one.server().equals(FakeCdn.NAME)).toList();
  }

  @Override
  public void close() {
    vertx.close().await();
  }
}
