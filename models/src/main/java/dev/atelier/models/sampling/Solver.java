package dev.atelier.models.sampling;

import ai.djl.ndarray.NDArray;
import java.util.function.Supplier;

/**
 * One run from noise, or from a picture's latent with noise, to latent: made for a {@link
 * NoiseSchedule} and a number of steps by {@link Sampler#solver}, called once for each of its
 * {@link #timesteps}, in order, then closed. The run:
 *
 * <pre>{@code
 * NDArray latent = noise.mul(solver.initNoiseSigma());
 * for (int call = 0; call < solver.calls(); call++) {
 *   NDArray input = solver.scaleModelInput(latent, call);
 *   NDArray output = model(input, solver.timesteps()[call]);
 *   latent = solver.step(latent, output, call, noiseSource);
 * }
 * }</pre>
 *
 * <p>Latents are float32 of any shape, e.g. {@code [n, 4, h, w]}, on any device; results are new
 * arrays in the latent's manager that belong to the caller, arguments stay the caller's and are not
 * changed. A step leaves no other array behind, except a multistep solver's history, which survives
 * the caller's {@link ai.djl.ndarray.NDScope} and ends with {@link #close}. Not thread-safe.
 */
public interface Solver extends AutoCloseable {
  /** What noise of unit variance is multiplied with to make the first latent. */
  float initNoiseSigma();

  /**
   * The timestep for each model call, in units of the noise schedule's training timesteps, not
   * necessarily whole numbers. The caller's to keep.
   */
  float[] timesteps();

  /** How often the model is called; can be more than the steps asked for. */
  int calls();

  /**
   * How many of the steps asked for are done when a call has been made: as many as before it where
   * a step takes another call.
   *
   * @param call -1 for before the first one, to {@code calls() - 1}
   * @return 0 before the first call, all steps after the last
   */
  int stepsDone(int call);

  /**
   * A latent without noise with as much noise as the run has before call {@code call}: at call 0
   * what a run that makes one picture from another begins with, later what the parts of a picture
   * that are to stay are put back as.
   *
   * @param latent without noise, stays the caller's
   * @param noise unit noise of that shape
   * @param call 0 to {@code calls()}, where there is no noise left
   * @return a new array of the latent's shape
   */
  NDArray noised(NDArray latent, NDArray noise, int call);

  /**
   * What the model is shown for {@code latent}.
   *
   * @param call 0 to {@code calls() - 1}
   * @return a new array of the latent's shape
   */
  NDArray scaleModelInput(NDArray latent, int call);

  /**
   * The next latent.
   *
   * @param latent the latent that call {@code call} was made for, not scaled
   * @param modelOutput the model's output, same shape, guidance already applied
   * @param call 0 to {@code calls() - 1}, each once and in order
   * @param noise gives fresh unit noise of the latent's shape, device and type; what it gives stays
   *     the supplier's. Asked {@link #noiseDraws} times over the whole run
   * @return a new array of the latent's shape; after the last call the finished latent
   * @throws IllegalArgumentException when a call is left out or repeated
   */
  NDArray step(NDArray latent, NDArray modelOutput, int call, Supplier<NDArray> noise);

  /** How many times {@link #step} asks for noise over the whole run. */
  int noiseDraws();

  /** Closes the history. */
  @Override
  void close();
}
