package dev.atelier.models.pipeline;

import dev.atelier.models.sampling.NoiseSchedule;
import dev.atelier.models.sampling.Sampler;

/**
 * The part of the way from noise to picture that a run goes.
 *
 * @param steps of the whole way
 * @param first the step that the run begins with, from 0
 */
record Stretch(int steps, int first) {
  /** The whole way. */
  static Stretch whole(int steps) {
    return new Stretch(steps, 0);
  }

  /** The last steps of the whole way. */
  static Stretch last(int steps, int taken) {
    return new Stretch(steps, steps - taken);
  }

  /**
   * As many steps on the last part of the way: AUTOMATIC1111 {@code setup_img2img_steps} for hires
   * fix. Where the model has not as many timesteps, on a greater part.
   *
   * @param strength the part, 0 to 1
   */
  static Stretch dense(int taken, double strength, Sampler sampler, NoiseSchedule schedule) {
    double wanted = strength == 0 ? Double.MAX_VALUE : taken / strength;
    return last((int) Math.min(wanted, sampler.maxSteps(schedule)), taken);
  }
}
