package dev.atelier.server.metadata;

import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * What a picture was made with beyond what its request says.
 *
 * @param modelHash the first ten hex digits of the SHA-256 of the model's file, where it is known
 * @param embeddings the first twelve of each embedding's that the prompts name, by its name
 * @param vae the VAE, where it is not the model's own
 */
public record PictureNotes(
    Optional<String> modelHash, Map<String, String> embeddings, Optional<Vae> vae) {
  /** Nothing is known. */
  public static final PictureNotes NONE =
      new PictureNotes(Optional.empty(), Map.of(), Optional.empty());

  /**
   * A VAE beside a model.
   *
   * @param id its id in the catalog
   * @param fileName its file's name, as AUTOMATIC1111 calls it
   * @param hash the first ten hex digits of the SHA-256 of its file, where it is known
   */
  public record Vae(String id, String fileName, Optional<String> hash) {}

  /**
   * The same with hashes.
   *
   * @param model the model's id
   * @param hashes the short hash of a model or VAE by its id
   */
  public PictureNotes withHashes(String model, Function<String, Optional<String>> hashes) {
    return new PictureNotes(
        hashes.apply(model),
        embeddings,
        vae.map(each -> new Vae(each.id(), each.fileName(), hashes.apply(each.id()))));
  }
}
