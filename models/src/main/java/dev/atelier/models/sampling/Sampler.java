package dev.atelier.models.sampling;

import dev.atelier.models.weights.SchedulerConfig.TimestepSpacing;
import java.util.Arrays;
import java.util.Optional;

/**
 * The samplers, under the names that AUTOMATIC1111 and its clients use: each a solver with the
 * timesteps and noise levels that go with it.
 *
 * <p>Betas and prediction type are the model's and come with its {@link NoiseSchedule}. Timestep
 * spacing, offset and where the last step ends are the sampler's own: a model folder's
 * scheduler_config.json describes the one scheduler it was saved with, and its {@code
 * timestep_spacing}, {@code steps_offset} and {@code set_alpha_to_one} do not carry over to others.
 */
public enum Sampler {
  DDIM("DDIM") {
    @Override
    Solver create(NoiseSchedule schedule, int steps) {
      return new DdimSolver(schedule, leading(schedule, steps), schedule.alphaCumprod(0));
    }
  },
  PNDM("PNDM") {
    @Override
    Solver create(NoiseSchedule schedule, int steps) {
      return new PndmSolver(schedule, leading(schedule, steps));
    }
  },
  EULER("Euler") {
    @Override
    Solver create(NoiseSchedule schedule, int steps) {
      return new EulerSolver(schedule.prediction(), linspace(schedule, steps));
    }
  },
  EULER_ANCESTRAL("Euler a") {
    @Override
    Solver create(NoiseSchedule schedule, int steps) {
      return new EulerAncestralSolver(schedule.prediction(), linspace(schedule, steps));
    }
  },
  DPMPP_2M("DPM++ 2M") {
    @Override
    Solver create(NoiseSchedule schedule, int steps) {
      return dpmPlusPlus2m(schedule, steps, SigmaSchedule.TRAINED);
    }
  },
  DPMPP_2M_KARRAS("DPM++ 2M Karras") {
    @Override
    Solver create(NoiseSchedule schedule, int steps) {
      return dpmPlusPlus2m(schedule, steps, SigmaSchedule.KARRAS);
    }
  };

  /** {@code steps_offset} of Stable Diffusion's leading timesteps: 1, 1 + stride, … */
  private static final int LEADING_OFFSET = 1;

  private final String label;

  Sampler(String label) {
    this.label = label;
  }

  /** The name shown to people and used in the APIs and in PNG metadata. */
  public String label() {
    return label;
  }

  /** The sampler of that {@link #label}, whatever the case of its letters. */
  public static Optional<Sampler> byLabel(String label) {
    return Arrays.stream(values()).filter(s -> s.label.equalsIgnoreCase(label)).findFirst();
  }

  /**
   * Begins a run.
   *
   * @param schedule the model's noise schedule
   * @param steps 1 to {@code schedule.trainTimesteps() - 1}
   * @return a solver for that one run, to be closed after it
   * @throws IllegalArgumentException for another number of steps
   */
  public Solver solver(NoiseSchedule schedule, int steps) {
    if (steps < 1 || steps >= schedule.trainTimesteps()) {
      throw new IllegalArgumentException(
          "a run has 1 to " + (schedule.trainTimesteps() - 1) + " steps, not " + steps);
    }
    return create(schedule, steps);
  }

  abstract Solver create(NoiseSchedule schedule, int steps);

  private static double[] leading(NoiseSchedule schedule, int steps) {
    return Timesteps.spaced(
        TimestepSpacing.LEADING, schedule.trainTimesteps(), steps, LEADING_OFFSET);
  }

  private static NoiseLevels linspace(NoiseSchedule schedule, int steps) {
    return SigmaSchedule.TRAINED.levels(
        schedule, Timesteps.spaced(TimestepSpacing.LINSPACE, schedule.trainTimesteps(), steps, 0));
  }

  private static Solver dpmPlusPlus2m(NoiseSchedule schedule, int steps, SigmaSchedule sigmas) {
    double[] timesteps =
        Timesteps.aboveLowest(TimestepSpacing.LINSPACE, schedule.trainTimesteps(), steps, 0);
    return new DpmPlusPlus2mSolver(schedule.prediction(), sigmas.levels(schedule, timesteps));
  }
}
