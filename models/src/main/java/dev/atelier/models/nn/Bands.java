package dev.atelier.models.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import dev.atelier.models.engine.Layers;
import dev.atelier.models.engine.Parameters;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;

/**
 * A large activation as horizontal bands, from top to bottom: [n, c, rows, w] each. Layers take it
 * band by band and free what they have seen, so that an activation takes the memory of one and not
 * of all that a layer makes on its way. The numbers are those of the whole: a convolution sees the
 * rows of the bands beside its own, a group norm the statistics of all bands.
 */
final class Bands implements AutoCloseable {
  /**
   * An activation with more positions at the lowest resolution is worth dividing: 768×768 pixels.
   */
  private static final long LARGE = 96 * 96;

  /** Positions of a band at the lowest resolution: 1024×128 pixels. */
  private static final long POSITIONS = 128 * 16;

  private final Deque<NDArray> bands = new ArrayDeque<>();

  /** What a layer does with one band. */
  interface Visitor {
    /**
     * @param rows the band with the rows beside it, zeros where there are none; closed behind the
     *     call
     * @param band the band alone, the visitor's from now on
     * @param first whether it is the uppermost
     * @param last whether it is the lowest
     */
    void visit(NDArray rows, NDArray band, boolean first, boolean last);
  }

  /**
   * Rows of a band, at the lowest resolution, for an activation of that size there: bands of equal
   * height where that is possible, since weights are packed for one size; all rows where it is not
   * large.
   */
  static int rows(long height, long width) {
    if (height * width <= LARGE) {
      return (int) height;
    }
    int most = (int) Math.max(1, Math.min(height, POSITIONS / width));
    for (int rows = most; rows > most / 2; rows--) {
      if (height % rows == 0) {
        return rows;
      }
    }
    return most;
  }

  /** The bands of {@code x}, which may be closed behind this; the last one may be lower. */
  static Bands of(NDArray x, int rows) {
    var bands = new Bands();
    long height = x.size(2);
    for (long top = 0; top < height; top += rows) {
      bands.add(rows(x, top, Math.min(top + rows, height)));
    }
    return bands;
  }

  private static NDArray rows(NDArray x, long from, long to) {
    return x.get(new NDIndex(":, :, {}:{}", from, to));
  }

  /** Takes over a band below all others. */
  void add(NDArray band) {
    bands.add(band);
  }

  /** Gives away the uppermost band. */
  NDArray poll() {
    return bands.remove();
  }

  /** Gives away band after band, each with one row of the bands above and below it. */
  void drain(Visitor visitor) {
    drain(true, visitor);
  }

  /** Gives away band after band, each with one row of the band below it. */
  void drainWithRowBelow(Visitor visitor) {
    drain(false, visitor);
  }

  private void drain(boolean withAbove, Visitor visitor) {
    boolean first = true;
    NDArray above = zeroRow(bands.element());
    while (!bands.isEmpty()) {
      NDArray band = bands.remove();
      boolean last = bands.isEmpty();
      NDArray below = last ? zeroRow(band) : rows(bands.element(), 0, 1);
      NDArray rows =
          NDArrays.concat(withAbove ? new NDList(above, band, below) : new NDList(band, below), 2);
      above.close();
      below.close();
      try (NDArray lowest = rows(band, band.size(2) - 1, band.size(2))) {
        above = lowest.duplicate(); // a view would keep the whole band
      }
      visitor.visit(rows, band, first, last);
      rows.close();
      first = false;
    }
    above.close();
  }

  private static NDArray zeroRow(NDArray band) {
    var shape = new Shape(band.size(0), band.size(1), 1, band.size(3));
    return band.getManager().zeros(shape, band.getDataType());
  }

  /**
   * What a group norm multiplies each channel with and adds to it, over the whole picture: float32
   * [2, n, c, 1, 1].
   *
   * @param p its weight at {@code at}, its bias behind that
   */
  NDArray affine(Layers layers, Parameters p, int at, int groups, double eps) {
    var moments = new NDList();
    var shares = new float[bands.size()];
    double height = bands.stream().mapToLong(band -> band.size(2)).sum();
    for (NDArray band : bands) {
      shares[moments.size()] = (float) (band.size(2) / height);
      moments.add(layers.call("band_moments", band));
    }
    NDArray share = bands.element().getManager().create(shares);
    return layers.call("band_affine", NDArrays.stack(moments), share, p, at, groups, eps);
  }

  /** All bands as one array; they are freed. */
  NDArray whole() {
    NDArray whole = NDArrays.concat(new NDList(bands), 2);
    close();
    return whole;
  }

  @Override
  public void close() {
    for (Iterator<NDArray> each = bands.iterator(); each.hasNext(); each.remove()) {
      each.next().close();
    }
  }
}
