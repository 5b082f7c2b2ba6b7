package dev.atelier.models.sampling;

import java.util.Arrays;
import java.util.function.Function;

/** What a {@link Sampler} is made of: a rule, the levels it steps through, and their spacing. */
interface Recipe {
  /**
   * Begins a run.
   *
   * @param type not automatic, and one that the sampler has
   * @param first the step of those that it begins with, from 0
   */
  Solver solver(NoiseSchedule schedule, ScheduleType type, int steps, int first);

  /** k-diffusion's kind: latents of unit signal, levels down to the lowest. */
  static Recipe karras(Function<NoiseLevels, SampleRule> rule) {
    return (schedule, type, steps, first) -> {
      NoiseLevels levels = LevelSpacing.TO_LOWEST.levels(schedule, type, steps).from(first);
      return new SampleSolver(
          schedule.prediction(), levels, LatentScale.UNIT_SIGNAL, rule.apply(levels));
    };
  }

  /** DPM-Solver's kind: latents of unit variance, levels above the lowest. */
  static Recipe dpmSolver(Function<NoiseLevels, SampleRule> rule) {
    return (schedule, type, steps, first) -> {
      NoiseLevels levels = LevelSpacing.ABOVE_LOWEST.levels(schedule, type, steps).from(first);
      return new SampleSolver(
          schedule.prediction(), levels, LatentScale.UNIT_VARIANCE, rule.apply(levels));
    };
  }

  /** Heun's method. */
  static Recipe heun() {
    return (schedule, type, steps, first) -> {
      NoiseLevels levels = LevelSpacing.TO_LOWEST.levels(schedule, type, steps).from(first);
      return twoStage(schedule, TwoStageLevels.atEnds(levels), TwoStageRule.HEUN, 0, 0);
    };
  }

  /** DPM2, at eta 1 with fresh noise; its middle lies before where the step without noise ends. */
  static Recipe dpm2(double eta) {
    return (schedule, type, steps, first) -> {
      NoiseLevels levels = LevelSpacing.WITHOUT_LOWEST.levels(schedule, type, steps).from(first);
      TwoStageLevels both =
          TwoStageLevels.between(
              levels,
              schedule,
              (from, to) -> Math.sqrt(from * AncestralStep.of(from, to, eta).down()));
      return twoStage(schedule, both, TwoStageRule.MIDPOINT, 0, eta);
    };
  }

  /** DPM++ 3M SDE. */
  static Recipe dpmPlusPlus3mSde() {
    return (schedule, type, steps, first) -> {
      NoiseLevels levels = LevelSpacing.WITHOUT_LOWEST.levels(schedule, type, steps).from(first);
      return new SampleSolver(
          schedule.prediction(), levels, LatentScale.UNIT_SIGNAL, new DpmPlusPlus3mSdeRule(levels));
    };
  }

  /** DPM++ SDE. */
  static Recipe dpmPlusPlusSde() {
    return (schedule, type, steps, first) -> {
      NoiseLevels levels = LevelSpacing.TO_LOWEST.levels(schedule, type, steps).from(first);
      TwoStageLevels both =
          TwoStageLevels.between(levels, schedule, (from, to) -> Math.sqrt(from * to));
      return twoStage(schedule, both, TwoStageRule.DATA, 1, 1);
    };
  }

  private static Solver twoStage(
      NoiseSchedule schedule,
      TwoStageLevels levels,
      TwoStageRule.Method method,
      double stageEta,
      double eta) {
    return new SampleSolver(
        schedule.prediction(),
        levels.calls(),
        LatentScale.UNIT_SIGNAL,
        new TwoStageRule(levels, method, stageEta, eta));
  }

  /** DDIM: without noise of its own; trailing timesteps end where there is no noise at all. */
  static Recipe ddim() {
    return (schedule, type, steps, first) ->
        new DdimSolver(
            schedule,
            from(first, Timesteps.whole(schedule, type, steps, Timesteps.LEADING_OFFSET)),
            schedule.trainTimesteps() / steps,
            type == ScheduleType.SGM_UNIFORM ? 1 : schedule.alphaCumprod(0));
  }

  /** DDPM. */
  static Recipe ddpm() {
    return (schedule, type, steps, first) -> {
      double[] timesteps = from(first, Timesteps.whole(schedule, type, steps, 0));
      NoiseLevels levels = NoiseLevels.at(timesteps, schedule);
      return new SampleSolver(
          schedule.prediction(), levels, LatentScale.UNIT_VARIANCE, new DdpmRule(levels));
    };
  }

  /** PNDM. */
  static Recipe pndm() {
    return (schedule, type, steps, first) ->
        new PndmSolver(
            schedule,
            from(first, Timesteps.whole(schedule, type, steps, Timesteps.LEADING_OFFSET)),
            schedule.trainTimesteps() / steps);
  }

  /** LCM. */
  static Recipe lcm() {
    return (schedule, type, steps, first) -> {
      int distilled = Math.min(Sampler.LCM_DISTILLED_STEPS, schedule.trainTimesteps());
      double[] timesteps =
          from(first, Timesteps.distilled(schedule.trainTimesteps(), steps, distilled));
      NoiseLevels levels = NoiseLevels.at(timesteps, schedule);
      return new SampleSolver(
          schedule.prediction(), levels, LatentScale.UNIT_VARIANCE, new LcmRule(levels));
    };
  }

  private static double[] from(int first, double[] timesteps) {
    return Arrays.copyOfRange(timesteps, first, timesteps.length);
  }
}
