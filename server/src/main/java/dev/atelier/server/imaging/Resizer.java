package dev.atelier.server.imaging;

import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;

/** Smaller and larger copies of a picture. */
public final class Resizer {
  private Resizer() {}

  /**
   * A copy that fits into a square, its shape kept; never larger than {@code picture}.
   *
   * @param side the square's side in pixels
   */
  public static BufferedImage fit(BufferedImage picture, int side) {
    double scale = Math.min(1, (double) side / Math.max(picture.getWidth(), picture.getHeight()));
    int width = pixels(picture.getWidth() * scale);
    int height = pixels(picture.getHeight() * scale);
    BufferedImage smaller = picture;
    // Bicubic looks at 4 by 4 pixels only: by halves, so that none is passed over.
    while (smaller.getWidth() >= 2 * width && smaller.getHeight() >= 2 * height) {
      smaller =
          draw(
              smaller,
              Math.max(width, smaller.getWidth() / 2),
              Math.max(height, smaller.getHeight() / 2),
              RenderingHints.VALUE_INTERPOLATION_BILINEAR);
    }
    return draw(smaller, width, height, RenderingHints.VALUE_INTERPOLATION_BICUBIC);
  }

  /** A copy of that size, TYPE_INT_RGB, interpolated bicubically. */
  public static BufferedImage enlarge(BufferedImage picture, int width, int height) {
    return draw(picture, width, height, RenderingHints.VALUE_INTERPOLATION_BICUBIC);
  }

  private static int pixels(double side) {
    return Math.max(1, (int) Math.round(side));
  }

  private static BufferedImage draw(
      BufferedImage picture, int width, int height, Object interpolation) {
    BufferedImage copy = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = copy.createGraphics();
    graphics.setRenderingHint(RenderingHints.KEY_INTERPOLATION, interpolation);
    graphics.drawImage(picture, 0, 0, width, height, null);
    graphics.dispose();
    return copy;
  }
}
