package dev.atelier.server.http;

import dev.atelier.server.problem.Problem;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.openapi.contract.MediaType;
import io.vertx.openapi.contract.OpenAPIContract;
import java.util.ArrayList;
import java.util.Map;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/**
 * The OpenAPI document of {@code /api/v1}, as clients are given it and as the router holds requests
 * to it.
 *
 * @param document the document, YAML
 * @param contract what requests and responses are validated against
 */
public record ApiContract(Buffer document, OpenAPIContract contract) {
  private static final String RESOURCE = "atelier/openapi.yaml";

  /** Reads the document from the class path. */
  public static Future<ApiContract> load(Vertx vertx) {
    return vertx
        .fileSystem()
        .readFile(RESOURCE)
        .compose(
            document ->
                vertx
                    .executeBlocking(() -> validatable(parse(document)))
                    .compose(tree -> OpenAPIContract.from(vertx, tree))
                    .map(contract -> new ApiContract(document, contract)));
  }

  private static JsonObject parse(Buffer document) {
    Map<String, Object> tree =
        new Yaml(new SafeConstructor(new LoaderOptions())).load(document.toString());
    return new JsonObject(tree);
  }

  /**
   * The document less what Vert.x's validator refuses to load: bodies in other media types than
   * JSON. A problem is JSON under a name that it does not know.
   */
  private static JsonObject validatable(JsonObject document) {
    document
        .getJsonObject("paths")
        .forEach(
            path ->
                ((JsonObject) path.getValue())
                    .stream()
                        .filter(entry -> !entry.getKey().equals("parameters"))
                        .map(operation -> (JsonObject) operation.getValue())
                        .peek(ApiContract::dropPicture)
                        .map(operation -> operation.getJsonObject("responses"))
                        .forEach(ApiContract::keepJson));
    keepJson(document.getJsonObject("components").getJsonObject("responses"));
    return document;
  }

  private static void dropPicture(JsonObject operation) {
    JsonObject body = operation.getJsonObject("requestBody");
    if (body != null && !body.getJsonObject("content").containsKey(MediaType.APPLICATION_JSON)) {
      operation.remove("requestBody");
    }
  }

  private static void keepJson(JsonObject responses) {
    for (String status : responses.fieldNames()) {
      JsonObject content = responses.getJsonObject(status).getJsonObject("content");
      if (content == null) {
        continue;
      }
      for (String type : new ArrayList<>(content.fieldNames())) {
        if (!type.equals(MediaType.APPLICATION_JSON)) {
          Object schema = content.remove(type);
          if (type.equals(Problem.MEDIA_TYPE)) {
            content.put(MediaType.APPLICATION_JSON, schema);
          }
        }
      }
    }
  }
}
