package dev.atelier.models.sampling;

import ai.djl.ndarray.NDArray;
import java.util.function.Supplier;

/**
 * PNDM without its Runge-Kutta start, which is latent diffusion's PLMS: a linear multistep over the
 * last four model outputs, with one call more than steps because the first step is done twice. Liu
 * et al., "Pseudo Numerical Methods for Diffusion Models on Manifolds" (2022), equations 9, 12 and
 * 13; diffusers {@code scheduling_pndm.py}, {@code step_plms}.
 */
final class PndmSolver implements Solver {
  /** Adams-Bashforth weights of the newest output and older ones, by how many there are. */
  private static final double[][] WEIGHTS = {
    {1},
    {3 / 2., -1 / 2.},
    {23 / 12., -16 / 12., 5 / 12.},
    {55 / 24., -59 / 24., 37 / 24., -9 / 24.}
  };

  private final NoiseSchedule schedule;
  private final int stride;
  private final float[] timesteps;
  private final History outputs = new History(WEIGHTS.length);
  private final History start = new History(1);

  /**
   * @param timesteps whole, highest first
   * @param stride from one to the next
   */
  PndmSolver(NoiseSchedule schedule, double[] timesteps, int stride) {
    this.schedule = schedule;
    this.stride = stride;
    this.timesteps = repeatSecond(timesteps);
  }

  private static float[] repeatSecond(double[] timesteps) {
    int repeated = timesteps.length > 1 ? 1 : 0;
    float[] calls = new float[timesteps.length + repeated];
    for (int i = 0; i < calls.length; i++) {
      calls[i] = (float) timesteps[i < 2 ? i : i - repeated];
    }
    return calls;
  }

  @Override
  public float initNoiseSigma() {
    return 1;
  }

  @Override
  public float[] timesteps() {
    return timesteps.clone();
  }

  @Override
  public int calls() {
    return timesteps.length;
  }

  @Override
  public int stepsDone(int call) {
    // The first step is done again by the second call; a run of one step has no such call.
    return calls() == 1 ? call + 1 : Math.max(call, 0);
  }

  @Override
  public NDArray noised(NDArray latent, NDArray noise, int call) {
    return call == calls()
        ? latent.duplicate()
        : schedule.addNoise(latent, noise, (int) timesteps[call]);
  }

  @Override
  public NDArray scaleModelInput(NDArray latent, int call) {
    return latent.duplicate();
  }

  @Override
  public NDArray step(NDArray latent, NDArray modelOutput, int call, Supplier<NDArray> noise) {
    int timestep = (int) timesteps[call];
    if (call == 1) {
      // The first step again, from where it began, with the mean of the outputs at both its ends.
      NDArray first = start.get(0);
      try (NDArray mean = LinearSum.of(0.5, modelOutput).plus(0.5, outputs.get(0)).array()) {
        return transfer(first, mean, timestep + stride, timestep);
      } finally {
        start.close();
      }
    }
    if (call == 0) {
      start.add(latent.duplicate());
    }
    outputs.add(modelOutput.duplicate());
    double[] weights = WEIGHTS[outputs.size() - 1];
    LinearSum sum = LinearSum.of(weights[0], outputs.get(0));
    for (int age = 1; age < weights.length; age++) {
      sum.plus(weights[age], outputs.get(age));
    }
    try (NDArray output = sum.array()) {
      return transfer(latent, output, timestep, timestep - stride);
    }
  }

  /**
   * The transfer part, equation 9: the latent at timestep {@code to} from the one at {@code from}.
   */
  private NDArray transfer(NDArray latent, NDArray output, int from, int to) {
    double alpha = schedule.alphaCumprod(from);
    // Stable Diffusion has set_alpha_to_one false: the last step ends at timestep 0.
    double alphaTo = schedule.alphaCumprod(Math.max(to, 0));
    double divisor = alpha * Math.sqrt(1 - alphaTo) + Math.sqrt(alpha * (1 - alpha) * alphaTo);
    try (NDArray noise =
        schedule.prediction().noise(latent, output, Math.sqrt(alpha), Math.sqrt(1 - alpha))) {
      return LinearSum.of(Math.sqrt(alphaTo / alpha), latent)
          .plus((alpha - alphaTo) / divisor, noise)
          .array();
    }
  }

  @Override
  public int noiseDraws() {
    return 0;
  }

  @Override
  public void close() {
    outputs.close();
    start.close();
  }
}
