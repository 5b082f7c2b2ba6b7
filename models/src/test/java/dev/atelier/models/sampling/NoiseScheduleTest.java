package dev.atelier.models.sampling;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.atelier.models.weights.SchedulerConfig;
import dev.atelier.models.weights.SchedulerConfig.BetaSchedule;
import dev.atelier.models.weights.SchedulerConfig.PredictionType;
import dev.atelier.models.weights.SchedulerConfig.TimestepSpacing;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class NoiseScheduleTest {
  /** A model folder whose scheduler is unlike Stable Diffusion's in everything but the betas. */
  private static final SchedulerConfig UNUSUAL =
      new SchedulerConfig(
          "DDIMScheduler",
          1000,
          0.00085,
          0.012,
          BetaSchedule.SCALED_LINEAR,
          PredictionType.V_PREDICTION,
          0,
          Optional.of(TimestepSpacing.TRAILING),
          Optional.of(true),
          Optional.of(false),
          false);

  @Test
  void betasAndPredictionTypeAreTheModels() {
    NoiseSchedule unusual = NoiseSchedule.of(UNUSUAL);
    assertEquals(PredictionType.V_PREDICTION, unusual.predictionType());
    assertArrayEquals(NoiseSchedule.builder().build().sigmas(), unusual.sigmas());

    NoiseSchedule cosine =
        NoiseSchedule.of(
            new SchedulerConfig(
                "",
                500,
                0.1,
                0.2,
                BetaSchedule.SQUAREDCOS_CAP_V2,
                PredictionType.SAMPLE,
                0,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                true));
    assertEquals(500, cosine.trainTimesteps());
    assertEquals(PredictionType.SAMPLE, cosine.predictionType());
    assertEquals(0, cosine.alphaCumprod(499));
  }

  /** What one scheduler was saved with says nothing of how another one spaces its steps. */
  @ParameterizedTest
  @EnumSource(Sampler.class)
  void spacingAndOffsetAreTheSamplers(Sampler sampler) {
    try (Solver expected =
            sampler.solver(NoiseSchedule.builder().build(), ScheduleType.AUTOMATIC, 20);
        Solver solver = sampler.solver(NoiseSchedule.of(UNUSUAL), ScheduleType.AUTOMATIC, 20)) {
      assertArrayEquals(expected.timesteps(), solver.timesteps());
      assertEquals(expected.initNoiseSigma(), solver.initNoiseSigma());
    }
  }

  @Test
  void linearBetasMultiplyUp() {
    NoiseSchedule linear =
        NoiseSchedule.builder()
            .optBetaSchedule(BetaSchedule.LINEAR)
            .optBetas(0.1, 0.3)
            .optTrainTimesteps(3)
            .build();
    assertEquals(0.9, linear.alphaCumprod(0), 1e-7);
    assertEquals(0.9 * 0.8, linear.alphaCumprod(1), 1e-7);
    assertEquals(0.9 * 0.8 * 0.7, linear.alphaCumprod(2), 1e-7);
  }

  /** The product of the betas closes to the alpha bar they come from, until beta is capped. */
  @Test
  void squaredCosineFollowsItsAlphaBar() {
    NoiseSchedule cosine =
        NoiseSchedule.builder().optBetaSchedule(BetaSchedule.SQUAREDCOS_CAP_V2).build();
    double start = Math.cos(0.008 / 1.008 * Math.PI / 2);
    for (int t = 0; t < 990; t++) {
      double here = Math.cos(((t + 1) / 1000. + 0.008) / 1.008 * Math.PI / 2);
      assertEquals(here * here / (start * start), cosine.alphaCumprod(t), 1e-5);
    }
  }

  @Test
  void senselessNumbersAreRefused() {
    NoiseSchedule.Builder builder = NoiseSchedule.builder();
    assertThrows(IllegalArgumentException.class, () -> builder.optTrainTimesteps(1));
    assertThrows(IllegalArgumentException.class, () -> builder.optBetas(0, 0.1));
    assertThrows(IllegalArgumentException.class, () -> builder.optBetas(0.1, 1));
    assertThrows(IllegalArgumentException.class, () -> builder.optBetas(0.1, Double.NaN));
  }
}
