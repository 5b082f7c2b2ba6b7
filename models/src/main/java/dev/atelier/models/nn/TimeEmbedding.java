package dev.atelier.models.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.atelier.models.engine.Layers;

/**
 * Timesteps as vectors: sinusoids of geometrically spaced frequencies, then a small network. Half
 * cosines, half sines, as SD 1.5's {@code flip_sin_to_cos: true, freq_shift: 0} say (diffusers:
 * models/embeddings.py).
 */
final class TimeEmbedding {
  private static final double MAX_PERIOD = 10_000;

  private final Layers layers;
  private final LayerWeights parameters;
  private final int channels;
  private final NDManager host;

  /**
   * @param channels length of the sinusoid, the width of the UNet's first level
   */
  TimeEmbedding(ModuleWeights weights, int channels) {
    this.layers = weights.layers();
    this.parameters = weights.takeModules("linear_1", "linear_2");
    this.channels = channels;
    this.host = weights.host();
  }

  /** One timestep a picture to sinusoids [n, channels], in the CPU's memory. */
  NDArray sinusoid(float[] timesteps) {
    int half = channels / 2;
    var sinusoid = new float[timesteps.length * channels];
    for (int n = 0; n < timesteps.length; n++) {
      for (int i = 0; i < half; i++) {
        // Rounded to float where the reference is, for the angles reach a thousand radians.
        float exponent = (float) -Math.log(MAX_PERIOD) * i / half;
        float angle = timesteps[n] * (float) Math.exp(exponent);
        sinusoid[n * channels + i] = (float) Math.cos(angle);
        sinusoid[n * channels + half + i] = (float) Math.sin(angle);
      }
    }
    // Goes to the GPU within the call: a copy made here would wait for all that the GPU has to do.
    return host.create(sinusoid, new Shape(timesteps.length, channels));
  }

  /** Sinusoids to [n, d], behind the SiLU that every residual block would begin with. */
  NDArray forward(NDArray sinusoid) {
    return layers.call("time_embedding", sinusoid, parameters.get());
  }
}
