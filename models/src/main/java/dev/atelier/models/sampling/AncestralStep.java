package dev.atelier.models.sampling;

/**
 * A step to a noise level that goes below it without noise and up again with fresh noise:
 * k-diffusion {@code get_ancestral_step}.
 *
 * @param down the level gone to without noise
 * @param up standard deviation of the noise that leads from there to the level meant
 */
record AncestralStep(double down, double up) {
  /**
   * The step between two levels.
   *
   * @param to below {@code from}, 0 or more
   * @param eta 0 for no fresh noise, 1 for as much as the diffusion itself has
   */
  static AncestralStep of(double from, double to, double eta) {
    double up = Math.min(to, eta * Math.sqrt(to * to * (from * from - to * to) / (from * from)));
    return new AncestralStep(Math.sqrt(to * to - up * up), up);
  }
}
