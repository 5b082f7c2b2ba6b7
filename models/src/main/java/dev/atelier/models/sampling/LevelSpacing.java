package dev.atelier.models.sampling;

import dev.atelier.models.weights.SchedulerConfig.TimestepSpacing;

/** How close to no noise a sampler's levels come before the step to 0. */
enum LevelSpacing {
  /** To the lowest trained level: k-diffusion, and diffusers' Euler, Heun and LMS. */
  TO_LOWEST {
    @Override
    NoiseLevels levels(NoiseSchedule schedule, ScheduleType type, int steps) {
      return type.levels(
          schedule,
          Timesteps.spaced(TimestepSpacing.LINSPACE, schedule.trainTimesteps(), steps, 0));
    }
  },
  /**
   * Even timesteps end above the lowest, and the model is told whole ones: diffusers' DPM-Solver
   * and UniPC.
   */
  ABOVE_LOWEST {
    @Override
    NoiseLevels levels(NoiseSchedule schedule, ScheduleType type, int steps) {
      double[] timesteps =
          Timesteps.aboveLowest(TimestepSpacing.LINSPACE, schedule.trainTimesteps(), steps, 0);
      return type.levels(schedule, timesteps).withWholeTimesteps();
    }
  },
  /**
   * Those of one step more without the lowest, so that the step to 0 is not wasted on next to no
   * noise: AUTOMATIC1111 {@code discard_next_to_last_sigma} (DPM2, DPM2 a, DPM++ 3M SDE).
   */
  WITHOUT_LOWEST {
    @Override
    NoiseLevels levels(NoiseSchedule schedule, ScheduleType type, int steps) {
      return TO_LOWEST.levels(schedule, type, steps + 1).withoutLowest();
    }
  };

  /** The levels of a run; {@code type} is not automatic. */
  abstract NoiseLevels levels(NoiseSchedule schedule, ScheduleType type, int steps);
}
