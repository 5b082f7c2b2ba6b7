package dev.atelier.server.downloads;

import dev.atelier.server.outbound.HubTokens;
import dev.atelier.server.outbound.Rate;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

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

  private static final Pattern API = Pattern.compile("/api/models/([^/]+/[^/]+)/revision/(.+)");
  private static final Pattern RESOLVE = Pattern.compile("/([^/]+/[^/]+)/resolve/([^/]+)/(.+)");
  private static final Pattern RANGE = Pattern.compile("bytes=(\\d+)-(\\d*)");
  private static final String COMMIT = "0123456789abcdef0123456789abcdef01234567";

  /** What was asked for. */
  public record Seen(
      String server, String path, String range, String ifRange, String authorization) {}

  /** What is done to the next answers of the CDN, one each. */
  public sealed interface Mischief {
    /** Cuts the connection after so many bytes of the answer. */
    record Cut(int after) implements Mischief {}

    /** Answers with that status and these headers instead. */
    record Status(int status, Map<String, String> headers) implements Mischief {}

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

  public final List<Seen> seen = new CopyOnWriteArrayList<>();
  public final ConcurrentLinkedQueue<Mischief> mischief = new ConcurrentLinkedQueue<>();

  /** What the hub itself answers to the next requests instead, one each. */
  public final ConcurrentLinkedQueue<Mischief.Status> refusals = new ConcurrentLinkedQueue<>();

  /** What the ETags of the CDN end with. */
  private volatile String etag = "1";

  /** What the hub asks for before it gives a file; empty for nothing. */
  public volatile String token = "";

  private final Vertx vertx = Vertx.vertx();
  private final HttpServer hub;
  private final HttpServer cdn;
  private final Map<String, Map<String, byte[]>> repos = new ConcurrentHashMap<>();
  private final Map<String, JsonObject> cards = new ConcurrentHashMap<>();
  private final Map<String, byte[]> stored = new ConcurrentHashMap<>();
  private final Map<Integer, JsonObject> civitai = new ConcurrentHashMap<>();
  private final Map<Integer, byte[]> civitaiFiles = new ConcurrentHashMap<>();

  public FakeHub() {
    hub = vertx.createHttpServer().requestHandler(this::hub).listen(0, "127.0.0.1").await();
    cdn = vertx.createHttpServer().requestHandler(this::cdn).listen(0, "127.0.0.1").await();
  }

  public String url() {
    return "http://127.0.0.1:" + hub.actualPort();
  }

  public String cdnUrl() {
    return "http://127.0.0.1:" + cdn.actualPort();
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
    repos.put(name, new TreeMap<>(files));
    cards.put(name, description);
    files.values().forEach(content -> stored.put(sha256(content), content));
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
    stored.put(sha256(content), content);
    civitaiFiles.put(id + 1000, content);
    JsonObject json =
        new JsonObject()
            .put("id", id + 5000)
            .put("sizeKB", content.length / 1024.0)
            .put("name", file)
            .put("type", "Model")
            .put("pickleScanResult", "Success")
            .put("virusScanResult", "Success")
            .put("metadata", new JsonObject().put("format", "SafeTensor").put("fp", "fp16"))
            .put(
                "hashes",
                new JsonObject()
                    .put("SHA256", sha256(content).toUpperCase(Locale.ROOT))
                    .put("AutoV2", sha256(content).substring(0, 10)))
            .put("downloadUrl", url() + "/api/download/models/" + (id + 1000))
            .put("primary", true);
    civitai.put(
        id,
        new JsonObject()
            .put("id", id)
            .put("name", "A model of Civitai's")
            .put("type", type)
            .put("allowNoCredit", false)
            .put("allowCommercialUse", new JsonArray().add("Image"))
            .put("allowDerivatives", true)
            .put("allowDifferentLicense", true)
            .put(
                "modelVersions",
                new JsonArray()
                    .add(
                        new JsonObject()
                            .put("id", id + 1000)
                            .put("modelId", id)
                            .put("name", "v2")
                            .put("baseModel", base)
                            .put("trainedWords", new JsonArray().add("sks woman"))
                            .put("files", new JsonArray().add(json)))));
    return this;
  }

  /** Publishes other bytes under a hash than those that it is the hash of. */
  public void corrupt(byte[] content) {
    byte[] other = content.clone();
    other[other.length / 2] ^= 1;
    stored.put(sha256(content), other);
  }

  // ---- the hub

  private void hub(HttpServerRequest request) {
    note("hub", request);
    String path = request.path();
    Matcher api = API.matcher(path);
    Matcher resolve = RESOLVE.matcher(path);
    Mischief.Status refusal = refusals.poll();
    if (refusal != null) {
      answer(request.response(), refusal);
    } else if (api.matches()) {
      describe(request.response(), api.group(1));
    } else if (resolve.matches()) {
      resolve(request, resolve.group(1), resolve.group(3));
    } else if (path.startsWith("/api/v1/models/")) {
      civitai(request.response(), civitai.get(last(path)));
    } else if (path.startsWith("/api/v1/model-versions/")) {
      JsonObject model = civitai.get(last(path) - 1000);
      civitai(
          request.response(),
          model == null ? null : model.getJsonArray("modelVersions").getJsonObject(0));
    } else if (path.startsWith("/api/download/models/")) {
      String location = "/login?returnUrl=" + path;
      if (granted(request)) {
        location =
            cdnUrl() + "/" + sha256(civitaiFiles.get(last(path))) + "?X-Amz-Signature=secret";
      }
      request.response().setStatusCode(307).putHeader("Location", location).end();
    } else if (path.equals("/login")) {
      request.response().putHeader("Content-Type", "text/html; charset=utf-8").end("<html>");
    } else {
      request.response().setStatusCode(404).end();
    }
  }

  private static int last(String path) {
    return Integer.parseInt(path.substring(path.lastIndexOf('/') + 1));
  }

  private boolean granted(HttpServerRequest request) {
    return token.isEmpty() || ("Bearer " + token).equals(request.getHeader("Authorization"));
  }

  private void civitai(HttpServerResponse response, JsonObject json) {
    if (json == null) {
      response.setStatusCode(404).end(new JsonObject().put("error", "No model").encode());
    } else {
      response.putHeader("Content-Type", "application/json").end(json.encode());
    }
  }

  private void describe(HttpServerResponse response, String repo) {
    Map<String, byte[]> files = repos.get(repo);
    if (files == null) {
      response.setStatusCode(401).putHeader("X-Error-Code", "RepoNotFound").end("{}");
      return;
    }
    JsonArray siblings = new JsonArray();
    files.forEach(
        (path, content) -> {
          JsonObject file =
              new JsonObject()
                  .put("rfilename", path)
                  .put("size", content.length)
                  .put("blobId", gitBlob(content));
          if (isLfs(path)) {
            file.put("blobId", "f".repeat(40))
                .put(
                    "lfs",
                    new JsonObject()
                        .put("sha256", sha256(content))
                        .put("size", content.length)
                        .put("pointerSize", 134));
          }
          siblings.add(file);
        });
    response
        .putHeader("Content-Type", "application/json; charset=utf-8")
        .end(
            new JsonObject()
                .put("id", repo)
                .put("sha", COMMIT)
                .put("private", false)
                .put("gated", false)
                .put("siblings", siblings)
                .mergeIn(cards.get(repo), true)
                .encode());
  }

  private static boolean isLfs(String path) {
    return path.matches(".*\\.(safetensors|ckpt|bin|pt)");
  }

  private void resolve(HttpServerRequest request, String repo, String path) {
    byte[] content = repos.getOrDefault(repo, Map.of()).get(path);
    HttpServerResponse response = request.response();
    if (content == null) {
      response.setStatusCode(404).putHeader("X-Error-Code", "EntryNotFound").end();
    } else if (!granted(request)) {
      response.setStatusCode(401).putHeader("X-Error-Code", "GatedRepo").end();
    } else if (isLfs(path)) {
      response
          .setStatusCode(302)
          .putHeader("X-Linked-Etag", '"' + sha256(content) + '"')
          .putHeader("X-Linked-Size", String.valueOf(content.length))
          .putHeader("Location", cdnUrl() + "/" + sha256(content) + "?Signature=secret")
          .end();
    } else {
      response.putHeader("ETag", '"' + gitBlob(content) + '"').end(Buffer.buffer(content));
    }
  }

  // ---- the CDN

  private void cdn(HttpServerRequest request) {
    note("cdn", request);
    byte[] content = stored.get(request.path().substring(1));
    Mischief now = mischief.poll();
    HttpServerResponse response = request.response();
    if (now instanceof Mischief.Status status) {
      answer(response, status);
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

  private static void answer(HttpServerResponse response, Mischief.Status status) {
    status.headers().forEach(response::putHeader);
    response.setStatusCode(status.status()).end();
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

  private void note(String server, HttpServerRequest request) {
    seen.add(
        new Seen(
            server,
            request.path(),
            request.getHeader("Range"),
            request.getHeader("If-Range"),
            request.getHeader("Authorization")));
  }

  /** Requests to the CDN so far. */
  public List<Seen> seenByCdn() {
    return seen.stream().filter(one -> one.server().equals("cdn")).toList();
  }

  public static String sha256(byte[] content) {
    return hash("SHA-256", content);
  }

  private static String gitBlob(byte[] content) {
    byte[] head = ("blob " + content.length + "\0").getBytes(StandardCharsets.US_ASCII);
    return hash("SHA-1", Buffer.buffer(head).appendBytes(content).getBytes());
  }

  private static String hash(String algorithm, byte[] content) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance(algorithm).digest(content));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    vertx.close().await();
  }
}
