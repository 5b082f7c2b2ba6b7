package vignette;

import dev.atelier.plugins.api.Annotator;
import dev.atelier.plugins.api.Parameters;
import java.awt.image.BufferedImage;
import java.util.Optional;

/** White where the picture's brightness changes quickly, black elsewhere (Sobel's operator). */
final class Edges implements Annotator {
  @Override
  public String id() {
    return "edges";
  }

  @Override
  public String title() {
    return "Edges";
  }

  @Override
  public Optional<String> schema() {
    return Optional.of("edges.json");
  }

  @Override
  public BufferedImage annotate(BufferedImage picture, Parameters parameters) {
    double threshold = parameters.number("threshold", 0.2);
    int width = picture.getWidth();
    int height = picture.getHeight();
    BufferedImage map = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    for (int y = 1; y < height - 1; y++) {
      for (int x = 1; x < width - 1; x++) {
        double across = column(picture, x + 1, y) - column(picture, x - 1, y);
        double down = row(picture, x, y + 1) - row(picture, x, y - 1);
        // A straight edge from black to white makes 4.
        if (Math.hypot(across, down) / 4 > threshold) {
          map.setRGB(x, y, 0xFFFFFF);
        }
      }
    }
    return map;
  }

  private static double column(BufferedImage picture, int x, int y) {
    return luminance(picture, x, y - 1)
        + 2 * luminance(picture, x, y)
        + luminance(picture, x, y + 1);
  }

  private static double row(BufferedImage picture, int x, int y) {
    return luminance(picture, x - 1, y)
        + 2 * luminance(picture, x, y)
        + luminance(picture, x + 1, y);
  }

  /** ITU-R BT.709, 0 to 1. */
  private static double luminance(BufferedImage picture, int x, int y) {
    int rgb = picture.getRGB(x, y);
    return (0.2126 * (rgb >> 16 & 0xFF) + 0.7152 * (rgb >> 8 & 0xFF) + 0.0722 * (rgb & 0xFF)) / 255;
  }
}
