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
import dev.atelier.models.weights.SchedulerConfig.TimestepSpacing;
import net.jqwik.api.ForAll;
import net.jqwik.api.GenerationMode;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SolverTest {
  private static final NoiseSchedule SCHEDULE = NoiseSchedule.builder().build();
  private static final Shape SHAPE = new Shape(2, 4, 2, 2);
  private static final int MAX_STEPS = 150;

  @Property(generation = GenerationMode.EXHAUSTIVE)
  void timestepsFall(
      @ForAll Sampler sampler, @ForAll @IntRange(min = 1, max = MAX_STEPS) int steps) {
    try (Solver solver = sampler.solver(SCHEDULE, steps)) {
      float[] timesteps = solver.timesteps();
      assertEquals(solver.calls(), timesteps.length);
      assertTrue(timesteps[0] < SCHEDULE.trainTimesteps());
      assertTrue(timesteps[timesteps.length - 1] >= 0);
      for (int call = 1; call < timesteps.length; call++) {
        boolean repeats =
            switch (sampler) {
              // does its first step twice
              case PNDM -> call == 2;
              // levels closer together than timesteps: several are told the same one, as in
              // diffusers
              case DPMPP_2M_KARRAS -> timesteps[call] == timesteps[call - 1];
              default -> false;
            };
        assertEquals(
            repeats ? 0 : 1,
            Float.compare(timesteps[call - 1], timesteps[call]),
            "call " + call + " of " + steps);
      }
    }
  }

  @Property(generation = GenerationMode.EXHAUSTIVE)
  void noiseLevelsFallToZero(
      @ForAll SigmaSchedule sigmas,
      @ForAll TimestepSpacing spacing,
      @ForAll @IntRange(min = 1, max = MAX_STEPS) int steps) {
    NoiseLevels levels = sigmas.levels(SCHEDULE, Timesteps.spaced(spacing, 1000, steps, 0));
    assertEquals(0, levels.sigma(steps));
    for (int i = 0; i < steps; i++) {
      assertTrue(levels.sigma(i) > levels.sigma(i + 1), "level " + i);
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
    try (NDManager manager = NDManager.newBaseManager();
        Solver solver = sampler.solver(schedule, steps)) {
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
        Solver solver = sampler.solver(SCHEDULE, 1)) {
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
      Solver solver = sampler.solver(SCHEDULE, 40);
      int held = -1;
      for (int call = 0; call < solver.calls(); call++) {
        NDArray input = solver.scaleModelInput(latent, call);
        NDArray next = solver.step(latent, input, call, () -> noise);
        input.close();
        latent.close();
        latent = next;
        int now = manager.getManagedArrays().size() - before;
        if (call == 5) {
          held = now;
          assertTrue(held <= 4, "a history of " + held);
        } else if (call > 5) {
          assertEquals(held, now, "call " + call);
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
        Solver unscoped = sampler.solver(SCHEDULE, 12);
        Solver scoped = sampler.solver(SCHEDULE, 12)) {
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
        Solver solver = sampler.solver(SCHEDULE, 6)) {
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

  @Test
  void stepsOutOfRangeAreRefused() {
    for (int steps : new int[] {-1, 0, 1000}) {
      IllegalArgumentException e =
          assertThrows(
              IllegalArgumentException.class, () -> Sampler.DDIM.solver(SCHEDULE, steps).close());
      assertEquals("a run has 1 to 999 steps, not " + steps, e.getMessage());
    }
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
