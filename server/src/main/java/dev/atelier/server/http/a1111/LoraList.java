package dev.atelier.server.http.a1111;

import dev.atelier.models.catalog.ModelCatalog;
import dev.atelier.models.catalog.ModelEntry;
import dev.atelier.models.catalog.ModelKind;
import dev.atelier.models.lora.LoraSummary;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Map;

/** The answer of {@code GET /sdapi/v1/loras}: those that prompts may name. Blocks. */
final class LoraList {
  private LoraList() {}

  static JsonArray of(ModelCatalog catalog) {
    JsonArray list = new JsonArray();
    for (ModelEntry entry : catalog.entries(ModelKind.LORA)) {
      if (!entry.usable()) {
        continue;
      }
      LoraSummary summary = catalog.lora(entry);
      if (summary.problem().isEmpty()) {
        list.add(item(entry, summary.metadata().all()));
      }
    }
    return list;
  }

  private static JsonObject item(ModelEntry entry, Map<String, String> metadata) {
    JsonObject all = new JsonObject();
    metadata.forEach(all::put);
    return new JsonObject()
        .put("name", entry.stem())
        .put("alias", metadata.getOrDefault("ss_output_name", entry.stem()))
        .put("path", entry.id())
        .put("metadata", all);
  }
}
