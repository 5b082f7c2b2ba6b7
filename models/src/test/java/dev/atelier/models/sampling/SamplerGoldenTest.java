package dev.atelier.models.sampling;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import dev.atelier.models.weights.SafetensorsFile;
import dev.atelier.models.weights.SchedulerConfig.PredictionType;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Each solver against ten steps of the diffusers scheduler that it stands for. */
class SamplerGoldenTest {
  private static final int STEPS = 10;
  private static final NoiseSchedule EPSILON = NoiseSchedule.builder().build();
  private static final NoiseSchedule V_PREDICTION =
      NoiseSchedule.builder().optPredictionType(PredictionType.V_PREDICTION).build();
  private static final NoiseSchedule ZERO_TERMINAL_SNR =
      NoiseSchedule.builder()
          .optPredictionType(PredictionType.V_PREDICTION)
          .optZeroTerminalSnr(true)
          .build();

  private NDManager manager;
  private SafetensorsFile golden;

  @BeforeEach
  void open() throws URISyntaxException {
    manager = NDManager.newBaseManager();
    golden =
        SafetensorsFile.open(
            Path.of(SamplerGoldenTest.class.getResource("/golden/expected.safetensors").toURI()));
  }

  @AfterEach
  void close() {
    golden.close();
    manager.close();
  }

  static Stream<Arguments> samplers() {
    return Stream.of(
        run("ddim", Sampler.DDIM, ScheduleType.AUTOMATIC, EPSILON),
        run("ddim_trailing_zsnr_v", Sampler.DDIM, ScheduleType.SGM_UNIFORM, ZERO_TERMINAL_SNR),
        run("ddim_trailing_zsnr_v", Sampler.DDIM, ScheduleType.AUTOMATIC, ZERO_TERMINAL_SNR),
        run("ddpm", Sampler.DDPM, ScheduleType.AUTOMATIC, EPSILON),
        run("pndm", Sampler.PNDM, ScheduleType.AUTOMATIC, EPSILON),
        run("lms", Sampler.LMS, ScheduleType.AUTOMATIC, EPSILON),
        run("euler", Sampler.EULER, ScheduleType.AUTOMATIC, EPSILON),
        run("euler", Sampler.EULER, ScheduleType.UNIFORM, EPSILON),
        run("euler_karras", Sampler.EULER, ScheduleType.KARRAS, EPSILON),
        run("euler_a", Sampler.EULER_ANCESTRAL, ScheduleType.AUTOMATIC, EPSILON),
        run("heun", Sampler.HEUN, ScheduleType.AUTOMATIC, EPSILON),
        run("dpmpp_2m", Sampler.DPMPP_2M, ScheduleType.AUTOMATIC, EPSILON),
        run("dpmpp_2m_karras", Sampler.DPMPP_2M, ScheduleType.KARRAS, EPSILON),
        run("dpmpp_2m_v", Sampler.DPMPP_2M, ScheduleType.AUTOMATIC, V_PREDICTION),
        run("dpmpp_2m_sde_karras", Sampler.DPMPP_2M_SDE, ScheduleType.KARRAS, EPSILON),
        run("dpmpp_2s", Sampler.DPMPP_2S, ScheduleType.AUTOMATIC, EPSILON),
        run("unipc", Sampler.UNIPC, ScheduleType.AUTOMATIC, EPSILON),
        run("lcm", Sampler.LCM, ScheduleType.AUTOMATIC, EPSILON));
  }

  private static Arguments run(
      String name, Sampler sampler, ScheduleType type, NoiseSchedule schedule) {
    return Arguments.of(name, sampler, type, schedule);
  }

  @ParameterizedTest(name = "{0}: {1} {2}")
  @MethodSource("samplers")
  void followsTheReferenceTrajectory(
      String name, Sampler sampler, ScheduleType type, NoiseSchedule schedule) {
    NDArray trajectory = golden("sched." + name + ".trajectory");
    AtomicInteger draws = new AtomicInteger();
    try (Solver solver = sampler.solver(schedule, type, STEPS)) {
      float[] timesteps = solver.timesteps();
      assertArrayEquals(golden("sched." + name + ".timesteps").toFloatArray(), timesteps, 1e-3f);
      assertEquals(trajectory.getShape().get(0), solver.calls());
      NDArray noise = solver.noiseDraws() == 0 ? null : golden("sched." + name + ".noise");
      NDArray latent = golden("sched.x0").mul(solver.initNoiseSigma());
      for (int call = 0; call < solver.calls(); call++) {
        NDArray input = solver.scaleModelInput(latent, call);
        NDArray output = input.mul(0.3).add(0.05 * Math.cos(timesteps[call] / 100));
        latent = solver.step(latent, output, call, () -> noise.get(draws.getAndIncrement()));
        float error = latent.sub(trajectory.get(call)).abs().max().getFloat();
        assertTrue(error < 1e-4, "call " + call + " is off by " + error);
      }
      assertEquals(solver.noiseDraws(), draws.get());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "euler,               TO_LOWEST,    UNIFORM",
    "euler_a,             TO_LOWEST,    UNIFORM",
    "lms,                 TO_LOWEST,    UNIFORM",
    "euler_karras,        TO_LOWEST,    KARRAS",
    "dpmpp_2m,            ABOVE_LOWEST, UNIFORM",
    "dpmpp_2s,            ABOVE_LOWEST, UNIFORM",
    "unipc,               ABOVE_LOWEST, UNIFORM",
    "dpmpp_2m_karras,     ABOVE_LOWEST, KARRAS",
    "dpmpp_2m_sde_karras, ABOVE_LOWEST, KARRAS"
  })
  void noiseLevelsAreTheReferences(String name, LevelSpacing spacing, ScheduleType type) {
    NoiseLevels levels = spacing.levels(EPSILON, type, STEPS);
    float[] expected = golden("sched." + name + ".sigmas").toFloatArray();
    assertEquals(expected.length, levels.steps() + 1);
    for (int i = 0; i < expected.length; i++) {
      assertEquals(expected[i], levels.sigma(i), 2e-6, "level " + i);
    }
  }

  @Test
  void alphasCumprodAreBitEqual() {
    float[] expected = golden("sched.alphas_cumprod").toFloatArray();
    assertEquals(expected.length, EPSILON.trainTimesteps());
    for (int t = 0; t < expected.length; t++) {
      assertEquals(expected[t], EPSILON.alphaCumprod(t), "timestep " + t);
    }
  }

  @Test
  void noisesLatentsAsTheReference() {
    NDArray latents = golden("unet.x");
    NDArray noise = golden("sched.add_noise.n");
    NDArray expected = golden("sched.add_noise.out");
    int[] timesteps = {3, 800};
    for (int i = 0; i < timesteps.length; i++) {
      NDArray noisy = EPSILON.addNoise(latents.get(i), noise.get(i), timesteps[i]);
      assertArrayEquals(expected.get(i).toFloatArray(), noisy.toFloatArray(), 1e-6f);
    }
  }

  private NDArray golden(String name) {
    return golden.read(manager, name, DataType.FLOAT32);
  }
}
