package dev.atelier.server.downloads;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The routes of Hugging Face: repositories, whose large files are on the CDN. */
final class FakeHuggingFace {
  private static final Pattern API = Pattern.compile("/api/models/([^/]+/[^/]+)/revision/(.+)");
  private static final Pattern RESOLVE = Pattern.compile("/([^/]+/[^/]+)/resolve/([^/]+)/(.+)");
  private static final String COMMIT = "0123456789abcdef0123456789abcdef01234567";

  private final FakeCdn cdn;
  private final Predicate<HttpServerRequest> granted;
  private final Map<String, Map<String, byte[]>> repos = new ConcurrentHashMap<>();
  private final Map<String, JsonObject> cards = new ConcurrentHashMap<>();

  /**
   * @param granted whether the one who asks may have files
   */
  FakeHuggingFace(FakeCdn cdn, Predicate<HttpServerRequest> granted) {
    this.cdn = cdn;
    this.granted = granted;
  }

  /** Publishes a repository. */
  void publish(String name, Map<String, byte[]> files, JsonObject description) {
    repos.put(name, new TreeMap<>(files));
    cards.put(name, description);
    files.values().forEach(cdn::store);
  }

  /** Answers if it is one of Hugging Face's addresses; whether it is. */
  boolean answers(HttpServerRequest request) {
    Matcher api = API.matcher(request.path());
    Matcher resolve = RESOLVE.matcher(request.path());
    if (api.matches()) {
      describe(request.response(), api.group(1));
    } else if (resolve.matches()) {
      resolve(request, resolve.group(1), resolve.group(3));
    } else {
      return false;
    }
    return true;
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
                  .put("blobId", BlobHash.git(content));
          if (isLfs(path)) {
            file.put("blobId", "f".repeat(40))
                .put(
                    "lfs",
                    new JsonObject()
                        .put("sha256", BlobHash.sha256(content))
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
    } else if (!granted.test(request)) {
      response.setStatusCode(401).putHeader("X-Error-Code", "GatedRepo").end();
    } else if (isLfs(path)) {
      response
          .setStatusCode(302)
          .putHeader("X-Linked-Etag", '"' + BlobHash.sha256(content) + '"')
          .putHeader("X-Linked-Size", String.valueOf(content.length))
          .putHeader("Location", cdn.url(content) + "?Signature=secret")
          .end();
    } else {
      response.putHeader("ETag", '"' + BlobHash.git(content) + '"').end(Buffer.buffer(content));
    }
  }
}
