package dev.atelier.models.sampling;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.atelier.models.weights.SchedulerConfig.TimestepSpacing;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.GenerationMode;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ScheduleTypeTest {
  private static final NoiseSchedule SCHEDULE = NoiseSchedule.builder().build();

  private static NoiseLevels levels(ScheduleType type, int steps) {
    return LevelSpacing.TO_LOWEST.levels(SCHEDULE, type, steps);
  }

  @Property(generation = GenerationMode.EXHAUSTIVE)
  void noiseLevelsFallToZero(
      @ForAll ScheduleType type,
      @ForAll TimestepSpacing spacing,
      @ForAll @IntRange(min = 1, max = 150) int steps) {
    Assume.that(type != ScheduleType.AUTOMATIC);
    NoiseLevels levels = type.levels(SCHEDULE, Timesteps.spaced(spacing, 1000, steps, 0));
    assertEquals(0, levels.sigma(steps));
    for (int i = 0; i < steps; i++) {
      assertTrue(levels.sigma(i) > levels.sigma(i + 1), "level " + i);
    }
  }

  /**
   * Worked out in NumPy and SciPy from the formulas of the sources that {@link ScheduleType} names.
   */
  @ParameterizedTest
  @CsvSource({
    "UNIFORM,     14.6146 4.08609 1.61558 0.695151 0.0291675, 999 749.25 499.5 249.75 0",
    "KARRAS,      14.6146 4.79654 1.27411 0.247952 0.0291675, 999 785.954 427.490 58.892 0",
    "EXPONENTIAL, 14.6146 3.08899 0.652896 0.137998 0.0291675, 999 680.667 233.210 20.002 0",
    "SGM_UNIFORM, 14.6146 5.09241 2.27973 1.16287 0.571189, 999 799.2 599.4 399.6 199.8",
    "SIMPLE,      14.6146 5.08777 2.27646 1.16058 0.569285, 999 799 599 399 199",
    "BETA,        14.6146 12.0523 7.32191 2.59155 0.0291675, 999 966.495 874.662 634.552 0"
  })
  void fiveLevelsAreThoseOfTheDefinition(ScheduleType type, String sigmas, String timesteps) {
    NoiseLevels levels = levels(type, 5);
    double[] expected = numbers(sigmas);
    double[] told = numbers(timesteps);
    for (int i = 0; i < 5; i++) {
      assertEquals(expected[i], levels.sigma(i), 1e-5 * expected[i], "level " + i);
      assertEquals(told[i], levels.timestep(i), 2e-2, "timestep " + i);
    }
  }

  private static double[] numbers(String text) {
    return Arrays.stream(text.split(" ")).mapToDouble(Double::parseDouble).toArray();
  }

  /** k-diffusion's DiscreteSchedule: a trained level has its own timestep, others lie between. */
  @Test
  void levelsAndTimestepsAreEachOthersInverse() {
    TrainedLevels trained = new TrainedLevels(SCHEDULE);
    for (double timestep = 0; timestep <= 999; timestep += 0.37) {
      assertEquals(timestep, trained.timestepOf(trained.sigmaAt(timestep)), 1e-3);
    }
    assertEquals(0, trained.timestepOf(trained.lowest() / 2));
    assertEquals(999, trained.timestepOf(trained.highest() * 2));
  }

  @ParameterizedTest
  @EnumSource(ScheduleType.class)
  void isFoundByItsLabel(ScheduleType type) {
    assertEquals(Optional.of(type), ScheduleType.byLabel(type.label().toUpperCase(Locale.ROOT)));
    assertEquals(Optional.empty(), ScheduleType.byLabel(type.label() + "x"));
  }

  @ParameterizedTest
  @CsvSource({
    "DPM++ 2M,             DPMPP_2M,        ",
    "DPM++ 2M Karras,      DPMPP_2M,        KARRAS",
    "dpm++ 2m karras,      DPMPP_2M,        KARRAS",
    "DPM++ 2M SDE Karras,  DPMPP_2M_SDE,    KARRAS",
    "DPM++ 2M SGM Uniform, DPMPP_2M,        SGM_UNIFORM",
    "Euler a Exponential,  EULER_ANCESTRAL, EXPONENTIAL",
    "Euler a Uniform,      EULER_ANCESTRAL, UNIFORM"
  })
  void samplersAreNamedWithOrWithoutASchedule(String name, Sampler sampler, ScheduleType type) {
    assertEquals(
        Optional.of(new SamplerName(sampler, Optional.ofNullable(type))), SamplerName.parse(name));
  }

  @ParameterizedTest
  @CsvSource({"Karras", "''", "Euler Kar", "EulerKarras", "Euler Karras Karras", "Euler SGM"})
  void otherNamesAreNoSamplers(String name) {
    assertEquals(Optional.empty(), SamplerName.parse(name));
  }

  @Test
  void samplersOfWholeTimestepsRefuseOtherSchedules() {
    for (Sampler sampler : new Sampler[] {Sampler.DDIM, Sampler.PNDM, Sampler.DDPM, Sampler.LCM}) {
      assertThrows(
          IllegalArgumentException.class,
          () -> sampler.solver(SCHEDULE, ScheduleType.KARRAS, 5).close());
    }
  }
}
