package dev.atelier.server.http.a1111;

import dev.atelier.models.catalog.ModelCatalog;
import dev.atelier.models.catalog.ModelEntry;
import dev.atelier.models.catalog.ModelKind;
import dev.atelier.server.problem.Problem;
import dev.atelier.server.problem.ProblemException;
import dev.atelier.server.studio.ModelHashes;
import dev.atelier.server.studio.ModelLibrary;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;

/** Checkpoints under AUTOMATIC1111's names: title and file name are the id, never a path. */
final class Checkpoints {
  private Checkpoints() {}

  /** The answer of {@code GET /sdapi/v1/sd-models}: those that can be used. */
  static JsonArray list(ModelLibrary models) {
    return new JsonArray(
        usable(models.catalog()).stream().map(model -> item(model, models.hashes())).toList());
  }

  private static JsonObject item(ModelEntry model, ModelHashes hashes) {
    return new JsonObject()
        .put("title", model.id())
        .put("model_name", model.name())
        .put("hash", hashes.shortHash(model).orElse(null))
        .put("sha256", hashes.sha256(model).orElse(null))
        .put("filename", model.id())
        .putNull("config");
  }

  private static List<ModelEntry> usable(ModelCatalog catalog) {
    return catalog.entries(ModelKind.CHECKPOINT).stream().filter(ModelEntry::usable).toList();
  }

  /**
   * The checkpoint of that title or name.
   *
   * @throws ProblemException with 404, as AUTOMATIC1111 answers, when there is none
   */
  static ModelEntry find(String name, ModelCatalog catalog) {
    // A file's ending and the hash behind it belong to the name in AUTOMATIC1111, not here.
    String bare =
        name.replaceFirst(" \\[[0-9a-f]+\\]$", "").replaceFirst("\\.(safetensors|ckpt)$", "");
    return catalog
        .checkpoint(bare)
        .or(() -> usable(catalog).stream().filter(model -> model.name().equals(bare)).findFirst())
        .orElseThrow(
            () -> new ProblemException(Problem.of(404, "Model not found: %s.".formatted(name))));
  }
}
