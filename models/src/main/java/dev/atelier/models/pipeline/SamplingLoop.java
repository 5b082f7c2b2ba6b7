package dev.atelier.models.pipeline;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDScope;
import dev.atelier.models.sampling.Solver;
import java.util.function.IntFunction;
import java.util.function.Supplier;

/** One run to a finished latent: the solver asks, the guided UNet answers. */
final class SamplingLoop {
  /** Watches the run. */
  interface Observer {
    /** Before each call of the model; what it throws ends the run. */
    default void beforeCall() {}

    /**
     * A step is done, of which the solver may have made several calls.
     *
     * @param step steps done, from 1
     * @param input what the model was shown last, float32 [n, 4, h, w]; good until this returns
     * @param output what it answered, likewise
     * @param timestep what it was told
     */
    default void onStep(int step, NDArray input, NDArray output, float timestep) {}
  }

  private final Solver solver;
  private final GuidedUNet denoiser;
  private final IntFunction<NDArray> context;
  private final Correction correction;

  /** Changes a latent between two calls of the model. */
  interface Correction {
    /** Leaves it as it is. */
    Correction NONE = (call, latent) -> latent;

    /**
     * The latent that call {@code call} is made for, or the finished one.
     *
     * @param latent stays the caller's
     * @return a new array, or {@code latent} itself
     */
    NDArray before(int call, NDArray latent);
  }

  /**
   * @param context what the UNet attends to at each step, see {@link Conditioning#at}
   */
  SamplingLoop(
      Solver solver, GuidedUNet denoiser, IntFunction<NDArray> context, Correction correction) {
    this.solver = solver;
    this.denoiser = denoiser;
    this.context = context;
    this.correction = correction;
  }

  /**
   * Denoises. Call it inside an NDScope.
   *
   * @param first where the run begins, float32 [n, 4, h, w]: {@link Solver#initNoiseSigma} times
   *     unit noise, or {@link Solver#noised} of a picture's latent. Closed
   * @param noise fresh noise of that shape, {@link Solver#noiseDraws} times
   * @return a new array of that shape
   */
  NDArray run(NDArray first, Supplier<NDArray> noise, Observer observer) {
    NDArray latent = first;
    float[] timesteps = solver.timesteps();
    for (int call = 0; call < solver.calls(); call++) {
      observer.beforeCall();
      NDArray before = latent;
      int stepsBefore = solver.stepsDone(call - 1);
      NDArray attended = context.apply(stepsBefore);
      try (var scope = new NDScope()) {
        scope.suppressNotUsedWarning();
        NDArray input = solver.scaleModelInput(before, call);
        NDArray output = denoiser.predict(input, timesteps[call], attended);
        latent = correction.before(call + 1, solver.step(before, output, call, noise));
        NDScope.unregister(latent);
        int steps = solver.stepsDone(call);
        if (steps > stepsBefore) {
          observer.onStep(steps, input, output, timesteps[call]);
        }
      }
      NDScope.register(latent);
      before.close();
    }
    return latent;
  }
}
