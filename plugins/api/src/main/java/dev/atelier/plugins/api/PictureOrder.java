package dev.atelier.plugins.api;

import dev.atelier.models.pipeline.ImageRequest;
import java.util.Objects;
import java.util.Optional;

/**
 * A job as the user asked for it.
 *
 * @param request what he asked for; {@link PicturePart#rewrite} gets it as the steps before left it
 * @param parameters what he set in the plugin's panel, checked against its schema and with the
 *     schema's defaults filled in; empty when he switched the panel off
 */
public record PictureOrder(ImageRequest request, Optional<Parameters> parameters) {
  public PictureOrder {
    Objects.requireNonNull(request);
    Objects.requireNonNull(parameters);
  }
}
