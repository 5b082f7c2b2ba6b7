package dev.atelier.models.sampling;

import ai.djl.ndarray.NDArray;
import java.util.function.Supplier;

/**
 * Adams-Bashforth on the probability flow with up to four slopes, whose weights follow from the
 * levels' distances: k-diffusion {@code sample_lms}; diffusers {@code scheduling_lms_discrete.py}.
 */
final class LmsRule implements SampleRule {
  private static final int ORDER = 4;

  /**
   * Gauss and Legendre's two places, which integrate polynomials up to the third degree exactly.
   */
  private static final double PLACE = Math.sqrt(1 / 3.);

  private final NoiseLevels levels;
  private final History slopes = new History(ORDER);

  LmsRule(NoiseLevels levels) {
    this.levels = levels;
  }

  @Override
  public NDArray next(NDArray latent, NDArray sample, int call, Supplier<NDArray> noise) {
    double sigma = levels.sigma(call);
    slopes.add(LinearSum.of(1 / sigma, latent).plus(-1 / sigma, sample).array());
    LinearSum next = LinearSum.of(1, latent);
    for (int age = 0; age < slopes.size(); age++) {
      next.plus(weight(call, age, slopes.size()), slopes.get(age));
    }
    return next.array();
  }

  /** The integral over the step of the slope's Lagrange polynomial. */
  private double weight(int call, int age, int order) {
    double middle = (levels.sigma(call) + levels.sigma(call + 1)) / 2;
    double half = (levels.sigma(call + 1) - levels.sigma(call)) / 2;
    return half
        * (lagrange(middle - PLACE * half, call, age, order)
            + lagrange(middle + PLACE * half, call, age, order));
  }

  private double lagrange(double sigma, int call, int age, int order) {
    double product = 1;
    for (int other = 0; other < order; other++) {
      if (other != age) {
        double place = levels.sigma(call - other);
        product *= (sigma - place) / (levels.sigma(call - age) - place);
      }
    }
    return product;
  }

  @Override
  public void close() {
    slopes.close();
  }
}
