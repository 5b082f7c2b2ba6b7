package dev.atelier.plugins.api;

import dev.atelier.models.pipeline.ImageRequest;
import java.awt.image.BufferedImage;
import java.util.Map;

/** One step's part in one job, in the order of its methods. */
public interface PicturePart extends AutoCloseable {
  /**
   * The request as this step wants it, the same one when it has nothing to change. Size, number of
   * pictures and seed stay as they are.
   *
   * @throws dev.atelier.models.pipeline.InvalidRequestException when the user asked for what cannot
   *     be made (since 1.1): the job fails with its message, and the plugin stays. {@link
   *     GenerationStep#refuse} says so earlier.
   */
  default ImageRequest rewrite(ImageRequest request) {
    return request;
  }

  /**
   * A finished picture as this step wants it.
   *
   * @param picture 8 bits a channel; may be drawn on and given back
   * @param index its place in the batch
   * @return a picture of the same size
   */
  default BufferedImage finish(BufferedImage picture, int index) {
    return picture;
  }

  /**
   * What this step wants to be known of a picture: added to the settings that the PNG carries, in
   * iteration order. Names are letters, digits and spaces, as “LoRA hashes”.
   *
   * @param index the picture's place in the batch
   */
  default Map<String, String> annotate(int index) {
    return Map.of();
  }

  /**
   * What stands behind the prompt in the settings that the PNG carries, for other programs to make
   * the same of it, as {@code <lora:ink:0.8>}. The prompt that the user typed stays as it is.
   *
   * @param index the picture's place in the batch
   * @return of one line and 4000 characters at most; empty for nothing
   * @since 1.3
   */
  default String promptNote(int index) {
    return "";
  }

  /** Ends the part; called also when the job failed or was cancelled. */
  @Override
  default void close() {}
}
