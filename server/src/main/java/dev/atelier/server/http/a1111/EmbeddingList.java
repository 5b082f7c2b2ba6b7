package dev.atelier.server.http.a1111;

import dev.atelier.models.catalog.ModelCatalog;
import dev.atelier.models.catalog.ModelEntry;
import dev.atelier.models.catalog.ModelKind;
import dev.atelier.models.text.Embedding;
import dev.atelier.models.weights.WeightsException;
import io.vertx.core.json.JsonObject;

/**
 * The answer of {@code GET /sdapi/v1/embeddings}: the embeddings that prompts may name, by name.
 * All that can be read are {@code loaded}, whichever model is chosen. Blocks.
 */
final class EmbeddingList {
  private EmbeddingList() {}

  static JsonObject of(ModelCatalog catalog) {
    JsonObject loaded = new JsonObject();
    for (ModelEntry entry : catalog.entries(ModelKind.EMBEDDING)) {
      String name = Embedding.name(entry.path());
      if (entry.usable() && !loaded.containsKey(name)) {
        try {
          loaded.put(name, item(Embedding.open(entry.path())));
        } catch (WeightsException e) {
          // Not an embedding, or gone since the folder was read: a prompt that names it is told.
        }
      }
    }
    return new JsonObject().put("loaded", loaded).put("skipped", new JsonObject());
  }

  private static JsonObject item(Embedding embedding) {
    return new JsonObject()
        .putNull("step")
        .putNull("sd_checkpoint")
        .putNull("sd_checkpoint_name")
        .put("shape", embedding.width())
        .put("vectors", embedding.vectors());
  }
}
