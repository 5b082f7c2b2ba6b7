package dev.atelier.models.picture;

import java.util.Arrays;

/** One channel of a picture: numbers from 0 to 1, row by row. Not changed by what is here. */
public final class Plane {
  private final int width;
  private final int height;
  private final float[] values;

  /**
   * @param values of {@code width * height} pixels, row by row; kept, not copied
   */
  Plane(int width, int height, float[] values) {
    if (values.length != width * height) {
      throw new IllegalArgumentException(values.length + " values for " + width + "x" + height);
    }
    this.width = width;
    this.height = height;
    this.values = values;
  }

  /** What a pixel becomes. */
  interface Pixel {
    float at(int index);
  }

  /** A plane of that size, computed pixel by pixel. */
  static Plane of(int width, int height, Pixel pixel) {
    float[] values = new float[width * height];
    for (int i = 0; i < values.length; i++) {
      values[i] = pixel.at(i);
    }
    return new Plane(width, height, values);
  }

  public int width() {
    return width;
  }

  public int height() {
    return height;
  }

  /** A pixel by its place in the rows. */
  float at(int index) {
    return values[index];
  }

  /** A pixel; one beyond the border is the nearest one within. */
  float near(int x, int y) {
    return values[clamp(y, height) * width + clamp(x, width)];
  }

  private static int clamp(int place, int size) {
    return Math.max(0, Math.min(size - 1, place));
  }

  /** The other way round: 1 becomes 0. */
  Plane inverted() {
    return of(width, height, i -> 1 - values[i]);
  }

  /** A part of it; what lies beyond its border is the nearest pixel within. */
  Plane part(int left, int top, int partWidth, int partHeight) {
    return of(partWidth, partHeight, i -> near(left + i % partWidth, top + i / partWidth));
  }

  /** Columns become rows. */
  Plane transposed() {
    return of(height, width, i -> values[i % height * width + i / height]);
  }

  /**
   * 1 where more than half of a square of pixels is set, else 0: a mask for latents.
   *
   * @param side of the square in pixels; divides width and height
   */
  public float[] majority(int side) {
    int columns = width / side;
    float[] squares = new float[columns * (height / side)];
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        squares[y / side * columns + x / side] += values[y * width + x];
      }
    }
    for (int i = 0; i < squares.length; i++) {
      squares[i] = squares[i] > side * side / 2f ? 1 : 0;
    }
    return squares;
  }

  /** Row by row. */
  public float[] values() {
    return Arrays.copyOf(values, values.length);
  }
}
