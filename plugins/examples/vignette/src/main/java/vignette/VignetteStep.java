package vignette;

import dev.atelier.plugins.api.GenerationStep;
import dev.atelier.plugins.api.PictureOrder;
import dev.atelier.plugins.api.PicturePart;
import java.awt.image.BufferedImage;
import java.util.Map;
import java.util.Optional;

/** Takes part in pictures whose panel is switched on. */
final class VignetteStep implements GenerationStep {
  @Override
  public Optional<PicturePart> open(PictureOrder order) {
    return order
        .parameters()
        .map(p -> new Part(p.number("strength", 0.5), p.number("radius", 0.6)));
  }

  /** A picture without its dark edges is a good picture still. */
  @Override
  public OnFault onFault() {
    return OnFault.LEAVE_OUT;
  }

  /**
   * One job's.
   *
   * @param strength how dark the corners become, 0 to 1
   * @param radius where it begins, as a share of the way from the middle to a corner, 0 to 0.95
   */
  record Part(double strength, double radius) implements PicturePart {
    @Override
    public BufferedImage finish(BufferedImage picture, int index) {
      double halfWidth = picture.getWidth() / 2.0;
      double halfHeight = picture.getHeight() / 2.0;
      for (int y = 0; y < picture.getHeight(); y++) {
        for (int x = 0; x < picture.getWidth(); x++) {
          double across = (x + 0.5 - halfWidth) / halfWidth;
          double down = (y + 0.5 - halfHeight) / halfHeight;
          double out = (Math.hypot(across, down) / Math.sqrt(2) - radius) / (1 - radius);
          picture.setRGB(x, y, darker(picture.getRGB(x, y), 1 - strength * smooth(out)));
        }
      }
      return picture;
    }

    /** 0 up to 0, 1 from 1, without a corner between (smoothstep). */
    private static double smooth(double value) {
      double t = Math.max(0, Math.min(1, value));
      return t * t * (3 - 2 * t);
    }

    private static int darker(int rgb, double factor) {
      int red = (int) Math.round((rgb >> 16 & 0xFF) * factor);
      int green = (int) Math.round((rgb >> 8 & 0xFF) * factor);
      int blue = (int) Math.round((rgb & 0xFF) * factor);
      return red << 16 | green << 8 | blue;
    }

    @Override
    public Map<String, String> annotate(int index) {
      return Map.of("Vignette", strength + " from " + radius);
    }
  }
}
