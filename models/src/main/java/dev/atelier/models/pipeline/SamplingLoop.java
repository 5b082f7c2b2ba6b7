package dev.atelier.models.pipeline;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDScope;
import dev.atelier.models.sampling.Solver;
import java.util.function.Supplier;

/** One run from noise to a finished latent: the solver asks, the guided UNet answers. */
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
  private final Conditioning conditioning;

  SamplingLoop(Solver solver, GuidedUNet denoiser, Conditioning conditioning) {
    this.solver = solver;
    this.denoiser = denoiser;
    this.conditioning = conditioning;
  }

  /**
   * Denoises. Call it inside an NDScope.
   *
   * @param start unit noise, float32 [n, 4, h, w]; stays the caller's
   * @param noise fresh noise of that shape, {@link Solver#noiseDraws} times
   * @return a new array of that shape
   */
  NDArray run(NDArray start, Supplier<NDArray> noise, Observer observer) {
    NDArray latent = start.mul(solver.initNoiseSigma());
    float[] timesteps = solver.timesteps();
    for (int call = 0; call < solver.calls(); call++) {
      observer.beforeCall();
      NDArray before = latent;
      int stepsBefore = solver.stepsDone(call - 1);
      NDArray context = conditioning.at(stepsBefore);
      try (var scope = new NDScope()) {
        scope.suppressNotUsedWarning();
        NDArray input = solver.scaleModelInput(before, call);
        NDArray output = denoiser.predict(input, timesteps[call], context);
        latent = solver.step(before, output, call, noise);
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
