package dev.atelier.models.weights;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;

/**
 * A preview decoder of random weights with a block a level, in TAESD's layout, and what it makes of
 * a latent by definition.
 *
 * @param levels one more than it doubles height and width
 * @param tensors by diffusers' names, below {@code decoder.layers.}
 */
public record RandomPreviewDecoder(int width, int levels, Map<String, float[]> tensors) {
  /** A plane of numbers for each channel. */
  public record Image(int channels, int height, int width, float[] values) {
    float at(int c, int y, int x) {
      boolean inside = y >= 0 && y < height && x >= 0 && x < width;
      return inside ? values[(c * height + y) * width + x] : 0;
    }
  }

  /** Its numbers depend on the seed alone. */
  public static RandomPreviewDecoder of(int width, int levels, long seed) {
    var decoder = new RandomPreviewDecoder(width, levels, new LinkedHashMap<>());
    var random = new Random(seed);
    decoder.convolution(random, "0", 4, width, true);
    int layer = 2; // behind a ReLU
    for (int level = 0; level < levels; level++) {
      for (int i = 0; i <= 4; i += 2) {
        decoder.convolution(random, layer + ".conv." + i, width, width, true);
      }
      boolean last = level == levels - 1;
      layer += last ? 1 : 2; // behind the upsampling
      decoder.convolution(random, String.valueOf(layer), width, last ? 3 : width, last);
      layer++;
    }
    return decoder;
  }

  private void convolution(Random random, String name, int in, int out, boolean bias) {
    tensors.put(name + ".weight", numbers(random, out * in * 9, 1 / Math.sqrt(in * 9.0)));
    if (bias) {
      tensors.put(name + ".bias", numbers(random, out, 0.1));
    }
  }

  private static float[] numbers(Random random, int count, double spread) {
    float[] numbers = new float[count];
    for (int i = 0; i < count; i++) {
      numbers[i] = (float) (random.nextGaussian() * spread);
    }
    return numbers;
  }

  /** Writes it as diffusers does. */
  public Path writeDiffusers(Path file) throws IOException {
    return write(file, "decoder.layers.", 0);
  }

  /** Writes it as madebyollin/taesd does, whose layer 0 is the clamp. */
  public Path writeTaesd(Path file) throws IOException {
    return write(file, "", 1);
  }

  private Path write(Path file, String prefix, int shift) throws IOException {
    var bytes = new SafetensorsBytes();
    tensors.forEach(
        (name, numbers) -> {
          int dot = name.indexOf('.');
          int layer = Integer.parseInt(name.substring(0, dot)) + shift;
          long[] shape = {numbers.length};
          if (name.endsWith(".weight")) {
            int in = layer == shift ? 4 : width;
            shape = new long[] {numbers.length / in / 9, in, 3, 3};
          }
          ByteBuffer data = ByteBuffer.allocate(4 * numbers.length).order(ByteOrder.LITTLE_ENDIAN);
          data.asFloatBuffer().put(numbers);
          bytes.add(prefix + layer + name.substring(dot), StoredType.F32, shape, data.array());
        });
    Files.createDirectories(file.getParent());
    return Files.write(file, bytes.build());
  }

  /** What it makes of a latent, numbers of about -1 to 1. */
  public Image decode(Image latent) {
    float[] clamped = latent.values().clone();
    for (int i = 0; i < clamped.length; i++) {
      clamped[i] = (float) (3 * Math.tanh(clamped[i] / 3));
    }
    Image x =
        relu(
            convolved("0", new Image(latent.channels(), latent.height(), latent.width(), clamped)));
    int layer = 2;
    for (int level = 0; level < levels; level++) {
      Image h = relu(convolved(layer + ".conv.0", x));
      h = convolved(layer + ".conv.4", relu(convolved(layer + ".conv.2", h)));
      for (int i = 0; i < h.values().length; i++) {
        h.values()[i] += x.values()[i];
      }
      x = relu(h);
      boolean last = level == levels - 1;
      layer += last ? 1 : 2;
      x = convolved(String.valueOf(layer), last ? x : doubled(x));
      layer++;
    }
    for (int i = 0; i < x.values().length; i++) {
      x.values()[i] = 2 * x.values()[i] - 1;
    }
    return x;
  }

  private Image convolved(String name, Image x) {
    float[] weight = tensors.get(name + ".weight");
    int out = weight.length / x.channels() / 9;
    float[] bias = tensors.getOrDefault(name + ".bias", new float[out]);
    float[] values = new float[out * x.height() * x.width()];
    for (int o = 0; o < out; o++) {
      for (int row = 0; row < x.height(); row++) {
        for (int column = 0; column < x.width(); column++) {
          double sum = bias[o];
          for (int i = 0; i < 9 * x.channels(); i++) {
            int c = i / 9;
            sum +=
                weight[o * 9 * x.channels() + i] * x.at(c, row + i % 9 / 3 - 1, column + i % 3 - 1);
          }
          values[(o * x.height() + row) * x.width() + column] = (float) sum;
        }
      }
    }
    return new Image(out, x.height(), x.width(), values);
  }

  private static Image relu(Image x) {
    for (int i = 0; i < x.values().length; i++) {
      x.values()[i] = Math.max(0, x.values()[i]);
    }
    return x;
  }

  private static Image doubled(Image x) {
    float[] values = new float[4 * x.values().length];
    for (int i = 0; i < values.length; i++) {
      int column = i % (2 * x.width());
      int row = i / (2 * x.width());
      values[i] = x.values()[row / 2 * x.width() + column / 2]; // rows of all channels in turn
    }
    return new Image(x.channels(), 2 * x.height(), 2 * x.width(), values);
  }
}
