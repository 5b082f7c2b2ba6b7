package dev.atelier.models.picture;

/**
 * Larger and smaller copies by Lanczos' filter of three lobes, one direction after the other; for
 * smaller ones it is as wide as the pixels that become one. As Pillow's {@code Resample.c}.
 */
final class Lanczos {
  private static final double LOBES = 3;

  private Lanczos() {}

  /** A copy of that size. */
  static Plane resize(Plane plane, int width, int height) {
    Plane wide = plane.width() == width ? plane : rows(plane, width);
    return wide.height() == height ? wide : rows(wide.transposed(), height).transposed();
  }

  /** Each row stretched to {@code width}. */
  private static Plane rows(Plane plane, int width) {
    double scale = (double) plane.width() / width;
    double stretch = Math.max(scale, 1);
    int[] first = new int[width];
    float[][] weights = new float[width][];
    for (int x = 0; x < width; x++) {
      double centre = (x + 0.5) * scale;
      first[x] = Math.max(0, (int) (centre - LOBES * stretch + 0.5));
      int end = Math.min(plane.width(), (int) (centre + LOBES * stretch + 0.5));
      weights[x] = weights(first[x], end, centre, stretch);
    }
    return Plane.of(
        width,
        plane.height(),
        i -> {
          int x = i % width;
          int from = i / width * plane.width() + first[x];
          float sum = 0;
          for (int k = 0; k < weights[x].length; k++) {
            sum += weights[x][k] * plane.at(from + k);
          }
          return Math.max(0, Math.min(1, sum));
        });
  }

  private static float[] weights(int first, int end, double centre, double stretch) {
    float[] weights = new float[end - first];
    double sum = 0;
    for (int i = first; i < end; i++) {
      sum += lanczos((i - centre + 0.5) / stretch);
    }
    for (int i = first; i < end; i++) {
      weights[i - first] = (float) (lanczos((i - centre + 0.5) / stretch) / sum);
    }
    return weights;
  }

  private static double lanczos(double x) {
    return Math.abs(x) < LOBES ? sinc(x) * sinc(x / LOBES) : 0;
  }

  private static double sinc(double x) {
    return x == 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
  }
}
