package dev.atelier.models.sampling;

import dev.atelier.models.weights.SchedulerConfig.BetaSchedule;

/**
 * The noise added at each training timestep. In float32 and in the order of diffusers'
 * constructors, so that its numbers come out bit-equal.
 */
final class Betas {
  private Betas() {}

  /**
   * The betas of a schedule.
   *
   * @param start {@code beta_start}, between 0 and 1
   * @param end {@code beta_end}, between 0 and 1
   * @param count training timesteps, 2 or more
   */
  static float[] of(BetaSchedule schedule, double start, double end, int count) {
    return switch (schedule) {
      case LINEAR -> linspace((float) start, (float) end, count);
      case SCALED_LINEAR ->
          squares(linspace((float) Math.sqrt(start), (float) Math.sqrt(end), count));
      case SQUAREDCOS_CAP_V2 -> squaredCosine(count);
    };
  }

  /**
   * torch.linspace in float32: counts up from the start in the first half and down from the end in
   * the second, each with one rounding (ATen {@code RangeFactoriesKernel.cpp}).
   */
  private static float[] linspace(float start, float end, int count) {
    float step = (end - start) / (count - 1);
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = i < count / 2 ? Math.fma(step, i, start) : Math.fma(-step, count - i - 1, end);
    }
    return values;
  }

  private static float[] squares(float[] values) {
    for (int i = 0; i < values.length; i++) {
      values[i] *= values[i];
    }
    return values;
  }

  /**
   * Nichol and Dhariwal, "Improved Denoising Diffusion Probabilistic Models" (2021), equation 17;
   * diffusers {@code betas_for_alpha_bar}.
   */
  private static float[] squaredCosine(int count) {
    float[] betas = new float[count];
    for (int t = 0; t < count; t++) {
      double ratio = alphaBar((t + 1.0) / count) / alphaBar((double) t / count);
      betas[t] = (float) Math.min(1 - ratio, 0.999);
    }
    return betas;
  }

  private static double alphaBar(double share) {
    double cosine = Math.cos((share + 0.008) / 1.008 * Math.PI / 2);
    return cosine * cosine;
  }

  /**
   * Betas whose last timestep is noise alone: Lin et al., "Common Diffusion Noise Schedules and
   * Sample Steps are Flawed" (2023), algorithm 1; diffusers {@code rescale_zero_terminal_snr}.
   *
   * @param alphasCumprod the schedule that is shifted and scaled
   */
  static float[] rescaledToZeroSnr(float[] alphasCumprod) {
    int count = alphasCumprod.length;
    float first = (float) Math.sqrt(alphasCumprod[0]);
    float last = (float) Math.sqrt(alphasCumprod[count - 1]);
    float scale = first / (first - last);
    float[] betas = new float[count];
    float previous = 1;
    for (int t = 0; t < count; t++) {
      float root = ((float) Math.sqrt(alphasCumprod[t]) - last) * scale;
      float alphaBar = root * root;
      betas[t] = 1 - alphaBar / previous;
      previous = alphaBar;
    }
    return betas;
  }
}
