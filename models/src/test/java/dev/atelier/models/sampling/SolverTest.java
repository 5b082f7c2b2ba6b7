package dev.atelier.models.sampling;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.atelier.models.weights.SchedulerConfig.PredictionType;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.GenerationMode;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class SolverTest {
  private static final NoiseSchedule SCHEDULE = NoiseSchedule.builder().build();
  private static final NoiseSchedule OF_SAMPLES =
      NoiseSchedule.builder().optPredictionType(PredictionType.SAMPLE).build();
  private static final Shape SHAPE = new Shape(2, 4, 2, 2);
  private static final int MAX_STEPS = 150;

  /**
   * Every combination that a request may ask for, with a model that sees the same sample always.
   */
  @Property(generation = GenerationMode.EXHAUSTIVE)
  void everyRunEndsAtTheSampleThatTheModelSees(
      @ForAll Sampler sampler,
      @ForAll ScheduleType type,
      @ForAll @IntRange(min = 1, max = 30) int steps) {
    Assume.that(sampler.scheduleTypes().contains(type));
    // What diffusers' DDIM and PNDM end at still has the noise of the lowest timestep, and with a
    // single step they begin there, too.
    boolean noiseLeft = sampler == Sampler.PNDM || sampler == Sampler.DDIM;
    Assume.that(steps > 1 || !noiseLeft);
    try (NDManager manager = NDManager.newBaseManager();
        Solver solver = sampler.solver(OF_SAMPLES, type, steps)) {
      NDArray noise = manager.create(new float[] {0.3f, -1.2f, 0.8f, 2});
      NDArray seen = manager.create(new float[] {-0.5f, 0.25f, 1, 0});
      int[] drawn = {0};
      NDArray latent = noise.mul(solver.initNoiseSigma());
      for (int call = 0; call < solver.calls(); call++) {
        latent =
            solver.step(
                latent,
                seen,
                call,
                () -> {
                  drawn[0]++;
                  return noise;
                });
        assertTrue(solver.stepsDone(call) >= solver.stepsDone(call - 1));
      }
      assertEquals(solver.noiseDraws(), drawn[0]);
      assertEquals(0, solver.stepsDone(-1));
      assertEquals(steps, solver.stepsDone(solver.calls() - 1));
      float error = latent.sub(seen).abs().max().getFloat();
      assertTrue(error < (noiseLeft ? 0.2 : 1e-4), "off by " + error);
    }
  }

  /** A model that sees the same sample always leaves the noise as it is, only less of it. */
  @Property(generation = GenerationMode.EXHAUSTIVE)
  void runThatLeavesOutStepsFollowsTheNoisedSample(
      @ForAll Sampler sampler,
      @ForAll ScheduleType type,
      @ForAll @IntRange(min = 0, max = 11) int first) {
    Assume.that(sampler.scheduleTypes().contains(type));
    Assume.that(sampler.kind() == Sampler.Kind.CONVERGING);
    try (NDManager manager = NDManager.newBaseManager();
        Solver solver = sampler.solver(OF_SAMPLES, type, 12, first)) {
      NDArray noise = manager.create(new float[] {0.3f, -1.2f, 0.8f, 2});
      NDArray seen = manager.create(new float[] {-0.5f, 0.25f, 1, 0});
      NDArray latent = solver.noised(seen, noise, 0);
      for (int call = 0; call < solver.calls(); call++) {
        assertEquals(0, error(latent, solver.noised(seen, noise, call)), 1e-2, "call " + call);
        latent = solver.step(latent, seen, call, () -> noise);
      }
      assertEquals(12 - first, solver.stepsDone(solver.calls() - 1));
      assertEquals(0, error(seen, solver.noised(seen, noise, solver.calls())));
      // What diffusers' DDIM and PNDM end at still has the noise of the lowest timestep.
      boolean noiseLeft = sampler == Sampler.PNDM || sampler == Sampler.DDIM;
      assertEquals(0, error(latent, seen), noiseLeft ? 0.2 : 1e-4);
    }
  }

  private static double error(NDArray one, NDArray other) {
    return one.sub(other).abs().max().getFloat();
  }

  @Test
  void runThatLeavesOutEveryStepIsRefused() {
    assertThrows(
        IllegalArgumentException.class,
        () -> Sampler.EULER.solver(SCHEDULE, ScheduleType.AUTOMATIC, 4, 4));
  }

  @Property(generation = GenerationMode.EXHAUSTIVE)
  void timestepsFall(
      @ForAll Sampler sampler, @ForAll @IntRange(min = 1, max = MAX_STEPS) int steps) {
    Assume.that(steps <= sampler.maxSteps());
    try (Solver solver = automatic(sampler, SCHEDULE, steps)) {
      float[] timesteps = solver.timesteps();
      assertEquals(solver.calls(), timesteps.length);
      assertTrue(timesteps[0] < SCHEDULE.trainTimesteps());
      assertTrue(timesteps[timesteps.length - 1] >= 0);
      for (int call = 1; call < timesteps.length; call++) {
        boolean repeats =
            switch (sampler) {
              // does its first step twice
              case PNDM -> call == 2;
              // calls the model twice at each level but the first
              case HEUN -> call % 2 == 0;
              // levels closer together than timesteps: several are told the same whole one, as in
              // diffusers
              // calls the model next where its step would end without noise, which is the same
              // level
              case DPM2_ANCESTRAL -> Math.abs(timesteps[call] - timesteps[call - 1]) < 1e-3;
              case DPMPP_2M_SDE -> timesteps[call] == timesteps[call - 1];
              default -> false;
            };
        float fall = timesteps[call - 1] - timesteps[call];
        assertTrue(repeats ? Math.abs(fall) < 1e-3 : fall > 0, "call " + call + " of " + steps);
      }
    }
  }

  @Property(tries = 150)
  void latentsStayFinite(
      @ForAll Sampler sampler,
      @ForAll PredictionType type,
      @ForAll boolean zeroTerminalSnr,
      @ForAll @IntRange(min = 1, max = MAX_STEPS) int steps) {
    NoiseSchedule schedule =
        NoiseSchedule.builder().optPredictionType(type).optZeroTerminalSnr(zeroTerminalSnr).build();
    Assume.that(steps <= sampler.maxSteps());
    try (NDManager manager = NDManager.newBaseManager();
        Solver solver = automatic(sampler, schedule, steps)) {
      NDArray latent = run(manager, solver);
      assertEquals(SHAPE, latent.getShape());
      for (float value : latent.toFloatArray()) {
        assertTrue(Float.isFinite(value), sampler + " of " + steps);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Sampler.class)
  void oneStepIsEnough(Sampler sampler) {
    try (NDManager manager = NDManager.newBaseManager();
        Solver solver = automatic(sampler, SCHEDULE, 1)) {
      assertEquals(1, solver.calls());
      assertEquals(0, solver.noiseDraws());
      assertTrue(Float.isFinite(run(manager, solver).sum().getFloat()));
    }
  }

  @ParameterizedTest
  @EnumSource(Sampler.class)
  void stepsLeaveNothingBehindButTheHistory(Sampler sampler) {
    try (NDManager manager = NDManager.newBaseManager()) {
      NDArray latent = manager.randomNormal(0, 1, SHAPE, DataType.FLOAT32);
      NDArray noise = manager.randomNormal(0, 1, SHAPE, DataType.FLOAT32);
      int before = manager.getManagedArrays().size();
      Solver solver = automatic(sampler, SCHEDULE, 40);
      int[] held = new int[2]; // a step may hold more between its two calls
      for (int call = 0; call < solver.calls(); call++) {
        NDArray input = solver.scaleModelInput(latent, call);
        NDArray next = solver.step(latent, input, call, () -> noise);
        input.close();
        latent.close();
        latent = next;
        int now = manager.getManagedArrays().size() - before;
        if (call == 5 || call == 6) {
          held[call % 2] = now;
          assertTrue(now <= 4, "a history of " + now);
        } else if (call > 6 && call < solver.calls() - 1) {
          assertEquals(held[call % 2], now, "call " + call);
        }
      }
      solver.close();
      assertEquals(before, manager.getManagedArrays().size());
    }
  }

  @ParameterizedTest
  @EnumSource(Sampler.class)
  void historyOutlivesTheScopeOfAStep(Sampler sampler) {
    try (NDManager manager = NDManager.newBaseManager();
        Solver unscoped = automatic(sampler, SCHEDULE, 12);
        Solver scoped = automatic(sampler, SCHEDULE, 12)) {
      float[] expected = run(manager, unscoped).toFloatArray();
      NDArray noise = noise(manager);
      NDArray latent = noise.mul(scoped.initNoiseSigma());
      for (int call = 0; call < scoped.calls(); call++) {
        try (NDScope scope = new NDScope()) {
          scope.suppressNotUsedWarning();
          NDArray output = model(scoped.scaleModelInput(latent, call));
          NDArray next = scoped.step(latent, output, call, () -> noise);
          NDScope.unregister(next);
          latent.close();
          latent = next;
        }
      }
      assertArrayEquals(expected, latent.toFloatArray());
    }
  }

  @ParameterizedTest
  @EnumSource(Sampler.class)
  void argumentsAreLeftAlone(Sampler sampler) {
    try (NDManager manager = NDManager.newBaseManager();
        Solver solver = automatic(sampler, SCHEDULE, 6)) {
      NDArray latent = noise(manager);
      for (int call = 0; call < solver.calls(); call++) {
        float[] before = latent.toFloatArray();
        NDArray output = solver.scaleModelInput(latent, call).muli(0.5);
        assertArrayEquals(before, latent.toFloatArray());
        float[] outputBefore = output.toFloatArray();
        NDArray next = solver.step(latent, output, call, () -> noise(manager));
        assertArrayEquals(before, latent.toFloatArray());
        assertArrayEquals(outputBefore, output.toFloatArray());
        latent = next;
      }
    }
  }

  /** Which step, from 0, a call is for: what is done before it. */
  @ParameterizedTest
  @CsvSource({
    "EULER,     20, 0 1 2 18 19",
    "HEUN,      39, 0 0 1 9 9",
    "DPMPP_SDE, 39, 0 0 1 9 9",
    "PNDM,      21, 0 0 1 17 18"
  })
  void aCallBelongsToAStep(Sampler sampler, int calls, String wanted) {
    try (Solver solver = automatic(sampler, SCHEDULE, 20)) {
      assertEquals(calls, solver.calls());
      String actual =
          IntStream.of(0, 1, 2, 18, 19)
              .mapToObj(call -> String.valueOf(solver.stepsDone(call - 1)))
              .collect(Collectors.joining(" "));
      assertEquals(wanted, actual);
      assertEquals(19, solver.stepsDone(calls - 2));
    }
  }

  @Test
  void stepsOutOfRangeAreRefused() {
    for (int steps : new int[] {-1, 0, 1000}) {
      IllegalArgumentException e =
          assertThrows(
              IllegalArgumentException.class,
              () -> automatic(Sampler.DDIM, SCHEDULE, steps).close());
      assertEquals("a run has 1 to 999 steps, not " + steps, e.getMessage());
    }
  }

  private static Solver automatic(Sampler sampler, NoiseSchedule schedule, int steps) {
    return sampler.solver(schedule, ScheduleType.AUTOMATIC, steps);
  }

  /** A run of a model that predicts a third of its input, from the same noise each time. */
  private static NDArray run(NDManager manager, Solver solver) {
    NDArray noise = noise(manager);
    NDArray latent = noise.mul(solver.initNoiseSigma());
    for (int call = 0; call < solver.calls(); call++) {
      NDArray output = model(solver.scaleModelInput(latent, call));
      latent = solver.step(latent, output, call, () -> noise);
    }
    return latent;
  }

  private static NDArray model(NDArray input) {
    return input.mul(1 / 3.);
  }

  private static NDArray noise(NDManager manager) {
    return manager.create(new TorchGenerator(1).randn((int) SHAPE.size()), SHAPE);
  }
}
