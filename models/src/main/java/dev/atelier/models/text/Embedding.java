package dev.atelier.models.text;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.atelier.models.weights.FileDigest;
import dev.atelier.models.weights.TensorInfo;
import dev.atelier.models.weights.WeightSource;
import dev.atelier.models.weights.WeightsException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/**
 * A textual inversion (Gal et al., "An Image is Worth One Word", 2022): vectors that a text encoder
 * takes in the place of tokens. What is known of it without reading its numbers.
 *
 * @param name what a prompt calls it: its file's name without the ending
 * @param file its file
 * @param tensor key of its vectors
 * @param vectors how many tokens it stands for, 1 to {@value ClipTokenizer#MAX_TOKENS}
 * @param width numbers of a vector: the text encoder's hidden size
 */
public record Embedding(String name, Path file, String tensor, int vectors, int width) {
  /** Keys of the two encoders of Stable Diffusion XL. */
  private static final Set<String> XL = Set.of("clip_l", "clip_g");

  /** What AUTOMATIC1111's pickled files have besides: the id of the token that was trained. */
  private static final String TOKEN_IDS = "string_to_token.";

  /** AUTOMATIC1111 shortens an embedding's SHA-256 to this many hex digits. */
  private static final int SHORT_HASH = 12;

  /** What a prompt calls the embedding of that file. */
  public static String name(Path file) {
    String name = file.getFileName().toString();
    int ending = name.lastIndexOf('.');
    return ending > 0 ? name.substring(0, ending) : name;
  }

  /**
   * Looks into a file: one tensor, under {@code emb_params} or {@code string_to_param.*} as
   * AUTOMATIC1111 saves it, or under the embedding's own token as diffusers does.
   *
   * @throws WeightsException when it is missing or damaged, or something else than an embedding
   */
  public static Embedding open(Path file) {
    try (WeightSource source = source(file)) {
      TensorInfo tensor = tensor(source);
      Shape shape = tensor.shape();
      long vectors = shape.dimension() == 2 ? shape.get(0) : 1;
      long width = shape.dimension() == 0 ? 0 : shape.get(shape.dimension() - 1);
      if (shape.dimension() > 2 || vectors < 1 || width < 1 || width > Integer.MAX_VALUE) {
        throw new WeightsException(
            file, "its tensor has the shape " + shape + ", so it is not an embedding.");
      }
      if (vectors > ClipTokenizer.MAX_TOKENS) {
        throw new WeightsException(
            file,
            "it has "
                + vectors
                + " vectors; a prompt has room for embeddings of up to "
                + ClipTokenizer.MAX_TOKENS
                + ".");
      }
      return new Embedding(name(file), file, tensor.name(), (int) vectors, (int) width);
    }
  }

  private static WeightSource source(Path file) {
    return WeightSource.open(file);
  }

  private static TensorInfo tensor(WeightSource source) {
    List<String> names =
        source.names().stream().filter(name -> !name.startsWith(TOKEN_IDS)).toList();
    if (source.names().containsAll(XL)) {
      throw new WeightsException(
          source.file(),
          "it is an embedding for Stable Diffusion XL; this is Stable Diffusion 1.5.");
    }
    if (names.size() != 1) {
      throw new WeightsException(
          source.file(),
          "it has " + names.size() + " tensors, and an embedding has one; it is something else.");
    }
    return source.info(names.get(0));
  }

  /**
   * Reads the vectors.
   *
   * @return [vectors, width] on the manager's device
   * @throws WeightsException when the file is no longer what it was
   */
  NDArray read(NDManager manager, DataType type) {
    try (WeightSource source = source(file)) {
      return source.read(manager, tensor, type).reshape(vectors, width);
    }
  }

  /**
   * The first {@value #SHORT_HASH} hex digits of the file's SHA-256, by which AUTOMATIC1111 knows
   * it.
   *
   * @throws WeightsException when the file cannot be read
   */
  public String shortHash() {
    try {
      return FileDigest.sha256(file, 0).substring(0, SHORT_HASH);
    } catch (IOException e) {
      throw new WeightsException(file, "it cannot be read.", e);
    }
  }
}
