package dev.atelier.plugins.api;

import dev.atelier.models.pipeline.ImageRequest;
import java.util.Map;

/**
 * Takes part in making one picture. Steps are called in order before the picture and in reverse
 * order after it.
 */
public interface GenerationStep {
  /** The request as this step wants it; the same one when it has nothing to change. */
  default ImageRequest rewrite(ImageRequest request) {
    return request;
  }

  /**
   * What this step wants to be known of picture {@code index} of the batch: added to the picture's
   * metadata in iteration order.
   */
  default Map<String, String> annotate(ImageRequest request, int index) {
    return Map.of();
  }
}
