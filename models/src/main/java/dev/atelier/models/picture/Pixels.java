package dev.atelier.models.picture;

import java.awt.image.BufferedImage;
import java.util.List;
import java.util.function.UnaryOperator;

/** A picture as three planes, red, green and blue. */
record Pixels(List<Plane> planes) {
  private static final int COLOURS = 3;

  /** A picture's colours; what is transparent in it lies on white, as AUTOMATIC1111 has it. */
  static Pixels of(BufferedImage picture) {
    int width = picture.getWidth();
    int height = picture.getHeight();
    int[] argb = picture.getRGB(0, 0, width, height, null, 0, width);
    return new Pixels(
        List.of(
            Plane.of(width, height, i -> onWhite(argb[i], 16)),
            Plane.of(width, height, i -> onWhite(argb[i], 8)),
            Plane.of(width, height, i -> onWhite(argb[i], 0))));
  }

  private static float onWhite(int argb, int shift) {
    float alpha = (argb >>> 24) / 255f;
    return (argb >> shift & 0xFF) / 255f * alpha + 1 - alpha;
  }

  /** Each plane changed alike. */
  Pixels map(UnaryOperator<Plane> change) {
    return new Pixels(planes.stream().map(change).toList());
  }

  int width() {
    return planes.get(0).width();
  }

  int height() {
    return planes.get(0).height();
  }

  /** Between {@code other} where {@code mask} is 0 and this where it is 1. */
  Pixels over(Pixels other, Plane mask) {
    return new Pixels(List.of(mixed(other, mask, 0), mixed(other, mask, 1), mixed(other, mask, 2)));
  }

  private Plane mixed(Pixels other, Plane mask, int colour) {
    Plane mine = planes.get(colour);
    Plane theirs = other.planes.get(colour);
    return Plane.of(
        mine.width(), mine.height(), i -> theirs.at(i) + mask.at(i) * (mine.at(i) - theirs.at(i)));
  }

  /** TYPE_INT_RGB. */
  BufferedImage image() {
    var image = new BufferedImage(width(), height(), BufferedImage.TYPE_INT_RGB);
    int[] rgb = new int[width() * height()];
    for (int i = 0; i < rgb.length; i++) {
      for (int c = 0; c < COLOURS; c++) {
        float value = Math.max(0, Math.min(1, planes.get(c).at(i)));
        rgb[i] = rgb[i] << 8 | Math.round(value * 255);
      }
    }
    image.setRGB(0, 0, width(), height(), rgb, 0, width());
    return image;
  }
}
