package dev.atelier.models.pipeline;

import dev.atelier.models.catalog.ModelCatalog;
import dev.atelier.models.registry.ModelRegistry;
import java.awt.image.BufferedImage;
import java.util.List;
import java.util.Objects;

/** Makes pictures from text. Not thread-safe: every call must come from the engine's one thread. */
public final class TextToImage {
  private final ModelCatalog catalog;
  private final ModelRegistry registry;

  public TextToImage(ModelCatalog catalog, ModelRegistry registry) {
    this.catalog = Objects.requireNonNull(catalog);
    this.registry = Objects.requireNonNull(registry);
  }

  /**
   * Makes the pictures of {@code request}.
   *
   * @return {@code batchSize} pictures, TYPE_INT_RGB, {@code width} x {@code height}
   * @throws GenerationCancelledException when the observer asked to stop
   * @throws InvalidRequestException when the request names a model that is not in the catalog
   * @throws dev.atelier.models.weights.WeightsException when the model's files cannot be used
   */
  public List<BufferedImage> generate(ImageRequest request, GenerationObserver observer) {
    throw new IllegalStateException(catalog + " " + registry + " " + request + " " + observer);
  }
}
