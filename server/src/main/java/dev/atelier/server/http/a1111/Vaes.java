package dev.atelier.server.http.a1111;

import dev.atelier.models.catalog.ModelCatalog;
import dev.atelier.models.catalog.ModelEntry;
import dev.atelier.models.catalog.ModelKind;
import dev.atelier.models.pipeline.VaeChoice;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.stream.Stream;

/** VAEs under AUTOMATIC1111's names: a name is that of the file, the file name the id. */
final class Vaes {
  private static final List<VaeChoice> WORDS = List.of(VaeChoice.AUTOMATIC, VaeChoice.NONE);

  private Vaes() {}

  /** The answer of {@code GET /sdapi/v1/sd-vae}: those that can be used. */
  static JsonArray list(ModelCatalog catalog) {
    return new JsonArray(
        usable(catalog)
            .map(vae -> new JsonObject().put("model_name", fileName(vae)).put("filename", vae.id()))
            .toList());
  }

  /** What AUTOMATIC1111 calls a choice. */
  static String name(VaeChoice choice, ModelCatalog catalog) {
    return usable(catalog)
        .filter(vae -> vae.id().equals(choice.label()))
        .findFirst()
        .map(Vaes::fileName)
        .orElse(choice.label());
  }

  /**
   * The choice of a name: {@code Automatic}, {@code None}, a file's name with or without its
   * ending, or an id.
   *
   * @throws dev.atelier.server.problem.ProblemException with 422 when there is none
   */
  static VaeChoice find(String name, ModelCatalog catalog) {
    return WORDS.stream()
        .filter(word -> word.label().equalsIgnoreCase(name) || name.isBlank())
        .findFirst()
        .or(
            () ->
                usable(catalog)
                    .filter(
                        vae ->
                            List.of(vae.id(), fileName(vae), vae.stem(), vae.name()).contains(name))
                    .findFirst()
                    .map(vae -> new VaeChoice(vae.id())))
        .orElseThrow(
            () ->
                LenientFields.unprocessable(
                    "There is no VAE “%s”; choose Automatic, None or one of /sdapi/v1/sd-vae."
                        .formatted(name)));
  }

  private static Stream<ModelEntry> usable(ModelCatalog catalog) {
    return catalog.entries(ModelKind.VAE).stream().filter(ModelEntry::usable);
  }

  private static String fileName(ModelEntry vae) {
    return vae.path().getFileName().toString();
  }
}
