package dev.atelier.models.picture;

import java.awt.image.BufferedImage;
import java.util.function.UnaryOperator;

/** How a picture gets to another size whose shape it does not have. */
public enum ResizeMode {
  /** Stretched. */
  JUST_RESIZE("Just resize") {
    @Override
    UnaryOperator<Plane> to(int width, int height, int fromWidth, int fromHeight) {
      return plane -> Lanczos.resize(plane, width, height);
    }
  },
  /** Covers the size; what hangs over is cut off. */
  CROP_AND_RESIZE("Crop and resize") {
    @Override
    UnaryOperator<Plane> to(int width, int height, int fromWidth, int fromHeight) {
      boolean wider = (long) width * fromHeight > (long) fromWidth * height;
      return centred(wider, width, height, fromWidth, fromHeight);
    }
  },
  /** Fits into the size; what is left is filled with the colours of the border. */
  RESIZE_AND_FILL("Resize and fill") {
    @Override
    UnaryOperator<Plane> to(int width, int height, int fromWidth, int fromHeight) {
      boolean wider = (long) width * fromHeight > (long) fromWidth * height;
      return centred(!wider, width, height, fromWidth, fromHeight);
    }
  };

  private final String label;

  ResizeMode(String label) {
    this.label = label;
  }

  /** AUTOMATIC1111's name for it. */
  public String label() {
    return label;
  }

  /** What brings each plane of a picture to a size. */
  abstract UnaryOperator<Plane> to(int width, int height, int fromWidth, int fromHeight);

  /** The picture at a size, TYPE_INT_RGB. */
  public BufferedImage resize(BufferedImage picture, int width, int height) {
    return Pixels.of(picture)
        .map(to(width, height, picture.getWidth(), picture.getHeight()))
        .image();
  }

  private static UnaryOperator<Plane> centred(
      boolean fullWidth, int width, int height, int fromWidth, int fromHeight) {
    int scaledWidth =
        fullWidth ? width : Math.max(1, (int) ((long) fromWidth * height / fromHeight));
    int scaledHeight =
        fullWidth ? Math.max(1, (int) ((long) fromHeight * width / fromWidth)) : height;
    return plane ->
        Lanczos.resize(plane, scaledWidth, scaledHeight)
            .part(
                -Math.floorDiv(width - scaledWidth, 2),
                -Math.floorDiv(height - scaledHeight, 2),
                width,
                height);
  }
}
