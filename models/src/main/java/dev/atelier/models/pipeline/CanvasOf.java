package dev.atelier.models.pipeline;

import dev.atelier.models.picture.Canvas;
import java.util.Optional;

/** Brings a request's pictures to the size at which the networks work. */
final class CanvasOf {
  private CanvasOf() {}

  /**
   * The canvas of a request; empty when it begins with noise alone.
   *
   * @throws InvalidRequestException when a picture is not there or the mask covers nothing
   */
  static Optional<Canvas> request(ImageRequest request, PictureSource pictures) {
    int width = request.width();
    int height = request.height();
    Start start = request.start();
    if (start instanceof Start.Picture picture) {
      return Optional.of(
          Canvas.of(pictures.read(picture.input()), picture.resizeMode(), width, height));
    }
    if (start instanceof Start.Inpaint inpaint) {
      Optional<Canvas> masked =
          Canvas.masked(
              pictures.read(inpaint.picture().input()),
              pictures.read(inpaint.mask()),
              inpaint.options(),
              inpaint.picture().resizeMode(),
              width,
              height);
      if (masked.isEmpty()) {
        throw new InvalidRequestException(
            "start.mask", "The mask is empty; paint over what should be made anew.");
      }
      return masked;
    }
    return Optional.empty();
  }
}
