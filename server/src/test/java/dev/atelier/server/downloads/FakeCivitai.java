package dev.atelier.server.downloads;

import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/** The routes of Civitai: models with one version of one file each. */
final class FakeCivitai {
  private final FakeCdn cdn;
  private final Predicate<HttpServerRequest> granted;
  private final Map<Integer, JsonObject> models = new ConcurrentHashMap<>();
  private final Map<Integer, byte[]> files = new ConcurrentHashMap<>();

  /**
   * @param granted whether the one who asks may have files
   */
  FakeCivitai(FakeCdn cdn, Predicate<HttpServerRequest> granted) {
    this.cdn = cdn;
    this.granted = granted;
  }

  /**
   * Publishes a model with one version, whose id is the model's plus 1000.
   *
   * @param hub address of the server that these routes are on
   */
  void publish(String hub, int id, String type, String base, String file, byte[] content) {
    cdn.store(content);
    files.put(id + 1000, content);
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
                    .put("SHA256", BlobHash.sha256(content).toUpperCase(Locale.ROOT))
                    .put("AutoV2", BlobHash.sha256(content).substring(0, 10)))
            .put("downloadUrl", hub + "/api/download/models/" + (id + 1000))
            .put("primary", true);
    models.put(
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
  }

  /** Answers if it is one of Civitai's addresses; whether it is. */
  boolean answers(HttpServerRequest request) {
    String path = request.path();
    HttpServerResponse response = request.response();
    if (path.startsWith("/api/v1/models/")) {
      describe(response, models.get(last(path)));
    } else if (path.startsWith("/api/v1/model-versions/")) {
      JsonObject model = models.get(last(path) - 1000);
      describe(
          response, model == null ? null : model.getJsonArray("modelVersions").getJsonObject(0));
    } else if (path.startsWith("/api/download/models/")) {
      String location = "/login?returnUrl=" + path;
      if (granted.test(request)) {
        location = cdn.url(files.get(last(path))) + "?X-Amz-Signature=secret";
      }
      response.setStatusCode(307).putHeader("Location", location).end();
    } else if (path.equals("/login")) {
      response.putHeader("Content-Type", "text/html; charset=utf-8").end("<html>");
    } else {
      return false;
    }
    return true;
  }

  private static int last(String path) {
    return Integer.parseInt(path.substring(path.lastIndexOf('/') + 1));
  }

  private static void describe(HttpServerResponse response, JsonObject json) {
    if (json == null) {
      response.setStatusCode(404).end(new JsonObject().put("error", "No model").encode());
    } else {
      response.putHeader("Content-Type", "application/json").end(json.encode());
    }
  }
}
