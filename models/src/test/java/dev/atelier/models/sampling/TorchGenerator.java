package dev.atelier.models.sampling;

/**
 * PyTorch's CPU generator and its normal distribution for 16 numbers or more, written from their
 * definition: Matsumoto and Nishimura's mt19937, 24-bit uniforms, Box-Muller in blocks of 16 (ATen
 * {@code DistributionTemplates.h}, {@code normal_fill}).
 */
final class TorchGenerator {
  private static final int N = 624;
  private static final int M = 397;
  private final int[] state = new int[N];
  private int next = N;

  TorchGenerator(long seed) {
    state[0] = (int) seed;
    for (int i = 1; i < N; i++) {
      state[i] = 1812433253 * (state[i - 1] ^ (state[i - 1] >>> 30)) + i;
    }
  }

  float[] randn(int size) {
    float[] data = new float[size];
    fillUniform(data, 0);
    for (int i = 0; i + 16 <= size; i += 16) {
      boxMuller(data, i);
    }
    if (size % 16 != 0) {
      fillUniform(data, size - 16);
      boxMuller(data, size - 16);
    }
    return data;
  }

  private void fillUniform(float[] data, int from) {
    for (int i = from; i < data.length; i++) {
      data[i] = (nextInt() & 0xFFFFFF) * 0x1p-24f;
    }
  }

  private static void boxMuller(float[] data, int from) {
    for (int j = from; j < from + 8; j++) {
      double radius = Math.sqrt(-2 * Math.log(1 - data[j]));
      double theta = 2 * Math.PI * data[j + 8];
      data[j] = (float) (radius * Math.cos(theta));
      data[j + 8] = (float) (radius * Math.sin(theta));
    }
  }

  private int nextInt() {
    if (next == N) {
      for (int i = 0; i < N; i++) {
        int y = (state[i] & 0x80000000) | (state[(i + 1) % N] & 0x7FFFFFFF);
        state[i] = state[(i + M) % N] ^ (y >>> 1) ^ ((y & 1) == 0 ? 0 : 0x9908B0DF);
      }
      next = 0;
    }
    int y = state[next++];
    y ^= y >>> 11;
    y ^= (y << 7) & 0x9D2C5680;
    y ^= (y << 15) & 0xEFC60000;
    return y ^ (y >>> 18);
  }
}
