package dev.atelier.models.sampling;

/**
 * The levels of a run whose steps call the model twice: where they begin and at a second level on
 * the way. The last step, to 0, has no second call.
 *
 * @param steps where each step begins
 * @param calls the level of each call, {@code 2 * steps - 1} of them
 */
record TwoStageLevels(NoiseLevels steps, NoiseLevels calls) {
  /** Where between two levels the second call is. */
  interface SecondLevel {
    /** A level from {@code from}, above it, to {@code to}, above 0. */
    double between(double from, double to);
  }

  /** The second call of each step at a level of its own. */
  static TwoStageLevels between(NoiseLevels steps, NoiseSchedule schedule, SecondLevel second) {
    TrainedLevels trained = new TrainedLevels(schedule);
    double[] sigmas = new double[2 * steps.steps()];
    float[] timesteps = new float[2 * steps.steps() - 1];
    for (int call = 0; call < timesteps.length; call++) {
      int step = call / 2;
      if (call % 2 == 0) {
        sigmas[call] = steps.sigma(step);
        timesteps[call] = steps.timestep(step);
      } else {
        sigmas[call] = second.between(steps.sigma(step), steps.sigma(step + 1));
        timesteps[call] = (float) trained.timestepOf(sigmas[call]);
      }
    }
    return new TwoStageLevels(steps, new NoiseLevels(sigmas, timesteps));
  }

  /** The second call of each step where the step ends. */
  static TwoStageLevels atEnds(NoiseLevels steps) {
    double[] sigmas = new double[2 * steps.steps()];
    float[] timesteps = new float[2 * steps.steps() - 1];
    for (int call = 0; call < timesteps.length; call++) {
      sigmas[call] = steps.sigma((call + 1) / 2);
      timesteps[call] = steps.timestep((call + 1) / 2);
    }
    return new TwoStageLevels(steps, new NoiseLevels(sigmas, timesteps));
  }

  /** Whether a call is the last of all, which is its step's only one. */
  boolean last(int call) {
    return call == calls.steps() - 1;
  }

  /** See {@link Solver#stepsDone}. */
  int stepsDone(int call) {
    return (call + 1) / 2 + (last(call) ? 1 : 0);
  }
}
