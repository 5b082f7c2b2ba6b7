package dev.atelier.models.picture;

import java.awt.image.BufferedImage;

/** A mask as people bring it. */
final class MaskReader {
  /** Weights of ITU-R BT.601, as Pillow's {@code convert("L")}. */
  private static final float RED = 0.299f;

  private static final float GREEN = 0.587f;
  private static final float BLUE = 0.114f;
  private static final int HALF = 128;

  private MaskReader() {}

  /**
   * The alpha channel where anything is transparent, rounded to all or nothing, else the
   * brightness: AUTOMATIC1111 {@code create_binary_mask}.
   */
  static Plane read(BufferedImage painted) {
    int width = painted.getWidth();
    int height = painted.getHeight();
    int[] argb = painted.getRGB(0, 0, width, height, null, 0, width);
    boolean transparent = false;
    for (int pixel : argb) {
      transparent |= pixel >>> 24 < 0xFF;
    }
    return transparent
        ? Plane.of(width, height, i -> argb[i] >>> 24 > HALF ? 1 : 0)
        : Plane.of(width, height, i -> brightness(argb[i]));
  }

  private static float brightness(int rgb) {
    return (RED * (rgb >> 16 & 0xFF) + GREEN * (rgb >> 8 & 0xFF) + BLUE * (rgb & 0xFF)) / 255;
  }
}
