package dev.atelier.models.sampling;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import dev.atelier.models.weights.SafetensorsFile;
import dev.atelier.models.weights.SchedulerConfig.PredictionType;
import dev.atelier.models.weights.SchedulerConfig.TimestepSpacing;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
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
        Arguments.of("ddim", Sampler.DDIM.solver(EPSILON, STEPS)),
        Arguments.of("pndm", Sampler.PNDM.solver(EPSILON, STEPS)),
        Arguments.of("euler", Sampler.EULER.solver(EPSILON, STEPS)),
        Arguments.of("euler_a", Sampler.EULER_ANCESTRAL.solver(EPSILON, STEPS)),
        Arguments.of("dpmpp_2m", Sampler.DPMPP_2M.solver(EPSILON, STEPS)),
        Arguments.of("dpmpp_2m_karras", Sampler.DPMPP_2M_KARRAS.solver(EPSILON, STEPS)),
        Arguments.of("dpmpp_2m_v", Sampler.DPMPP_2M.solver(V_PREDICTION, STEPS)),
        Arguments.of("euler_karras", eulerKarras()),
        Arguments.of("ddim_trailing_zsnr_v", ddimTrailing()));
  }

  private static Solver eulerKarras() {
    return new EulerSolver(
        EPSILON.prediction(), SigmaSchedule.KARRAS.levels(EPSILON, new double[STEPS]));
  }

  private static Solver ddimTrailing() {
    return new DdimSolver(
        ZERO_TERMINAL_SNR, Timesteps.spaced(TimestepSpacing.TRAILING, 1000, STEPS, 0), 1);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("samplers")
  void followsTheReferenceTrajectory(String name, Solver solver) {
    NDArray trajectory = golden("sched." + name + ".trajectory");
    float[] timesteps = solver.timesteps();
    assertArrayEquals(golden("sched." + name + ".timesteps").toFloatArray(), timesteps, 1e-3f);
    assertEquals(trajectory.getShape().get(0), solver.calls());
    NDArray noise = solver.noiseDraws() == 0 ? null : golden("sched." + name + ".noise");
    AtomicInteger draws = new AtomicInteger();

    NDArray latent = golden("sched.x0").mul(solver.initNoiseSigma());
    try (solver) {
      for (int call = 0; call < solver.calls(); call++) {
        NDArray input = solver.scaleModelInput(latent, call);
        NDArray output = input.mul(0.3).add(0.05 * Math.cos(timesteps[call] / 100));
        latent = solver.step(latent, output, call, () -> noise.get(draws.getAndIncrement()));
        float error = latent.sub(trajectory.get(call)).abs().max().getFloat();
        assertTrue(error < 1e-4, "call " + call + " is off by " + error);
      }
    }
    assertEquals(solver.noiseDraws(), draws.get());
  }

  @Test
  void noiseLevelsAreTheReferences() {
    double[] plain = Timesteps.spaced(TimestepSpacing.LINSPACE, 1000, STEPS, 0);
    double[] whole = Timesteps.aboveLowest(TimestepSpacing.LINSPACE, 1000, STEPS, 0);
    assertSigmas("euler", SigmaSchedule.TRAINED.levels(EPSILON, plain));
    assertSigmas("euler_a", SigmaSchedule.TRAINED.levels(EPSILON, plain));
    assertSigmas("dpmpp_2m", SigmaSchedule.TRAINED.levels(EPSILON, whole));
    assertSigmas("dpmpp_2m_karras", SigmaSchedule.KARRAS.levels(EPSILON, whole));
  }

  private void assertSigmas(String name, NoiseLevels levels) {
    assertArrayEquals(golden("sched." + name + ".sigmas").toFloatArray(), levels.sigmas(), 2e-6f);
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
