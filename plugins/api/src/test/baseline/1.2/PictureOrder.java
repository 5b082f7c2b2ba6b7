package dev.atelier.plugins.api;
import dev.atelier.models.pipeline.ImageRequest;
import java.util.Objects;
import java.util.Optional;
public record PictureOrder(ImageRequest request, Optional<Parameters> parameters) {
  public PictureOrder {
    Objects.requireNonNull(request);
    Objects.requireNonNull(parameters);
  }
}
