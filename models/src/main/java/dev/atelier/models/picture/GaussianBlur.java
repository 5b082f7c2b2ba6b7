package dev.atelier.models.picture;

/**
 * A Gaussian blur of any width in the same time: three box blurs whose edges count in part. Gwosdek
 * et al., "Theoretical Foundations of Gaussian Convolution by Extended Box Filtering" (2011);
 * Pillow {@code BoxBlur.c}. Beyond the border lies the nearest pixel within.
 */
final class GaussianBlur {
  private static final int PASSES = 3;

  private GaussianBlur() {}

  /**
   * A blurred copy.
   *
   * @param sigma standard deviation in pixels, 0 or more
   */
  static Plane blur(Plane plane, double sigma) {
    if (sigma == 0) {
      return plane;
    }
    double radius = boxRadius(sigma);
    return rows(rows(plane, radius).transposed(), radius).transposed();
  }

  /** Equations 7, 11 and 14 of the paper. */
  private static double boxRadius(double sigma) {
    double variance = sigma * sigma / PASSES;
    double whole = Math.floor((Math.sqrt(12 * variance + 1) - 1) / 2);
    double next = (whole + 1) * (whole + 1);
    double part = (2 * whole + 1) * (whole * (whole + 1) - 3 * variance) / (6 * (variance - next));
    return whole + part;
  }

  private static Plane rows(Plane plane, double radius) {
    int width = plane.width();
    float[] values = plane.values();
    float[] line = new float[width];
    for (int y = 0; y < plane.height(); y++) {
      for (int pass = 0; pass < PASSES; pass++) {
        System.arraycopy(values, y * width, line, 0, width);
        box(line, radius, values, y * width);
      }
    }
    return new Plane(width, plane.height(), values);
  }

  private static void box(float[] line, double radius, float[] out, int at) {
    int whole = (int) radius;
    double share = 1 / (2 * radius + 1);
    double edge = (1 - (2 * whole + 1) * share) / 2;
    double sum = 0;
    for (int x = -whole; x <= whole; x++) {
      sum += near(line, x);
    }
    for (int x = 0; x < line.length; x++) {
      float beyond = near(line, x - whole - 1) + near(line, x + whole + 1);
      out[at + x] = (float) (share * sum + edge * beyond);
      sum += near(line, x + whole + 1) - near(line, x - whole);
    }
  }

  private static float near(float[] line, int x) {
    return line[Math.max(0, Math.min(line.length - 1, x))];
  }
}
