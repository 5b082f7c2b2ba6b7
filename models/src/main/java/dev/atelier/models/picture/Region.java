package dev.atelier.models.picture;

import java.util.Optional;

/**
 * A rectangle of pixels in a picture: what "only masked" makes anew. AUTOMATIC1111 {@code
 * modules/masking.py}.
 */
record Region(int left, int top, int width, int height) {
  /** Less than half a step of 8 bits is nothing. */
  private static final float SOMETHING = 0.5f / 255;

  /**
   * What a mask covers, with room around it but not beyond the border; empty for an empty mask.
   *
   * @param padding pixels of room on each side
   */
  static Optional<Region> around(Plane mask, int padding) {
    int left = mask.width();
    int top = mask.height();
    int right = -1;
    int bottom = -1;
    for (int i = 0; i < mask.width() * mask.height(); i++) {
      if (mask.at(i) >= SOMETHING) {
        int x = i % mask.width();
        int y = i / mask.width();
        left = Math.min(left, x);
        right = Math.max(right, x);
        top = Math.min(top, y);
        bottom = y;
      }
    }
    if (right < 0) {
      return Optional.empty();
    }
    left = Math.max(0, left - padding);
    top = Math.max(0, top - padding);
    right = Math.min(mask.width(), right + 1 + padding);
    bottom = Math.min(mask.height(), bottom + 1 + padding);
    return Optional.of(new Region(left, top, right - left, bottom - top));
  }

  /**
   * Grown to the shape of {@code forWidth} by {@code forHeight} as far as the picture goes.
   *
   * @param picture of whose size the picture is
   */
  Region shapedLike(int forWidth, int forHeight, Plane picture) {
    double shape = (double) forWidth / forHeight;
    if ((double) width / height > shape) {
      int[] rows = grown(top, height, (int) (width / shape), picture.height());
      return new Region(left, rows[0], width, rows[1]);
    }
    int[] columns = grown(left, width, (int) (height * shape), picture.width());
    return new Region(columns[0], top, columns[1], height);
  }

  /** Start and length of a stretch that grows on both sides, pushed back where it hits the end. */
  private static int[] grown(int start, int length, int wanted, int most) {
    int grownLength = Math.min(wanted, most);
    int grownStart = start - (wanted - length) / 2;
    return new int[] {Math.max(0, Math.min(grownStart, most - grownLength)), grownLength};
  }

  /** That part of a plane. */
  Plane of(Plane plane) {
    return plane.part(left, top, width, height);
  }

  /** A plane of a picture's size that has {@code part} here; what is around it is its border's. */
  Plane placed(Plane part, int pictureWidth, int pictureHeight) {
    return part.part(-left, -top, pictureWidth, pictureHeight);
  }
}
