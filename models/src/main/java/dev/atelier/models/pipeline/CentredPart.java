package dev.atelier.models.pipeline;

/**
 * Where one side of an array goes when it is laid into the middle of another one, by the rule of
 * AUTOMATIC1111's {@code modules/rng.py: ImageRNG.first}: what is longer than the other side loses
 * as much at its end as at its beginning, so that an odd difference costs one element more.
 *
 * @param from first element taken
 * @param to where it goes
 * @param length how many are taken
 */
record CentredPart(long from, long to, long length) {

  /** One side of {@code laid} elements in one of {@code into}. */
  static CentredPart of(long laid, long into) {
    long offset = Math.floorDiv(into - laid, 2L);
    return offset >= 0
        ? new CentredPart(0, offset, laid)
        : new CentredPart(-offset, 0, laid + 2 * offset);
  }

  long fromEnd() {
    return from + length;
  }

  long toEnd() {
    return to + length;
  }
}
