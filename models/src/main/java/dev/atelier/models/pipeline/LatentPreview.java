package dev.atelier.models.pipeline;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * A picture's look while it is still a latent: each pixel's colour is a linear function of the four
 * latent channels at its place, fitted to one VAE by least squares. It needs no network, and every
 * finished picture makes it a little better.
 */
final class LatentPreview {
  private static final int CHANNELS = 4;
  private static final int TERMS = CHANNELS + 1; // and a constant
  private static final int COLOURS = 3;

  /** Keeps the equations solvable while few pixels were seen; negligible against a picture's. */
  private static final double RIDGE = 1e-3;

  /** The first picture: 4×4 patches of one colour each, 4×4 latent pixels large. */
  private static final int PROBE_PATCHES = 4;

  private static final int PROBE_SIZE = 4;

  private final double[][] gram = new double[TERMS][TERMS];
  private final double[][] moments = new double[TERMS][COLOURS];
  private double[][] coefficients = new double[TERMS][COLOURS];

  /**
   * A preview for the VAE behind {@code decoder}. It starts from one small picture of patches of
   * random colours, which takes a few hundredths of a picture's time.
   */
  static LatentPreview fitted(NDManager manager, PictureDecoder decoder) {
    var preview = new LatentPreview();
    var random = new Random(0);
    float[] colours = new float[CHANNELS * PROBE_PATCHES * PROBE_PATCHES];
    for (int i = 0; i < colours.length; i++) {
      colours[i] = (float) random.nextGaussian();
    }
    try (NDArray coarse =
            manager.create(colours, new Shape(1, CHANNELS, PROBE_PATCHES, PROBE_PATCHES));
        NDArray latent = coarse.repeat(2, PROBE_SIZE).repeat(3, PROBE_SIZE)) {
      preview.learn(latent.toFloatArray(), decoder.decode(latent));
    }
    return preview;
  }

  /**
   * Learns from one picture and the latent that it was decoded from.
   *
   * @param latent in the sampler's scale, [4, height / 8, width / 8] row by row
   */
  void learn(float[] latent, BufferedImage picture) {
    int scale =
        (int)
            Math.round(
                Math.sqrt(
                    CHANNELS * (double) picture.getWidth() * picture.getHeight() / latent.length));
    int width = picture.getWidth() / scale;
    int height = picture.getHeight() / scale;
    int[] block = new int[scale * scale];
    double[] terms = new double[TERMS];
    double[] colour = new double[COLOURS];
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        picture.getRGB(x * scale, y * scale, scale, scale, block, 0, scale);
        mean(block, colour);
        terms(latent, y * width + x, width * height, terms);
        for (int i = 0; i < TERMS; i++) {
          for (int j = 0; j < TERMS; j++) {
            gram[i][j] += terms[i] * terms[j];
          }
          for (int c = 0; c < COLOURS; c++) {
            moments[i][c] += terms[i] * colour[c];
          }
        }
      }
    }
    coefficients = solve();
  }

  /**
   * Draws latents.
   *
   * @param latents float32 in the sampler's scale, [n, 4, height, width]
   * @return n pictures, {@code width} x {@code height}
   */
  List<BufferedImage> draw(NDArray latents) {
    int height = (int) latents.size(2);
    int width = (int) latents.size(3);
    float[] values = latents.toFloatArray();
    int each = CHANNELS * height * width;
    List<BufferedImage> pictures = new ArrayList<>();
    for (int from = 0; from < values.length; from += each) {
      pictures.add(draw(Arrays.copyOfRange(values, from, from + each), width, height));
    }
    return pictures;
  }

  /**
   * Draws a latent.
   *
   * @param latent in the sampler's scale, [4, height, width] row by row
   * @return TYPE_INT_RGB, {@code width} x {@code height}
   */
  BufferedImage draw(float[] latent, int width, int height) {
    var image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    double[] terms = new double[TERMS];
    for (int i = 0; i < width * height; i++) {
      terms(latent, i, width * height, terms);
      int rgb = 0;
      for (int c = 0; c < COLOURS; c++) {
        double value = 0;
        for (int t = 0; t < TERMS; t++) {
          value += terms[t] * coefficients[t][c];
        }
        rgb = rgb << 8 | (int) Math.round(Math.max(0, Math.min(255, value)));
      }
      image.setRGB(i % width, i / width, rgb);
    }
    return image;
  }

  private static void terms(float[] latent, int place, int places, double[] terms) {
    for (int c = 0; c < CHANNELS; c++) {
      terms[c] = latent[c * places + place];
    }
    terms[CHANNELS] = 1;
  }

  private static void mean(int[] pixels, double[] colour) {
    Arrays.fill(colour, 0);
    for (int rgb : pixels) {
      colour[0] += rgb >> 16 & 0xFF;
      colour[1] += rgb >> 8 & 0xFF;
      colour[2] += rgb & 0xFF;
    }
    for (int c = 0; c < COLOURS; c++) {
      colour[c] /= pixels.length;
    }
  }

  /** The normal equations by Gauss-Jordan: the ridge makes the matrix positive definite. */
  private double[][] solve() {
    double[][] rows = new double[TERMS][];
    for (int i = 0; i < TERMS; i++) {
      rows[i] = Arrays.copyOf(gram[i], TERMS + COLOURS);
      rows[i][i] += RIDGE * gram[CHANNELS][CHANNELS];
      System.arraycopy(moments[i], 0, rows[i], TERMS, COLOURS);
    }
    for (int pivot = 0; pivot < TERMS; pivot++) {
      for (int i = 0; i < TERMS; i++) {
        double factor = rows[i][pivot] / rows[pivot][pivot];
        for (int j = pivot; i != pivot && j < TERMS + COLOURS; j++) {
          rows[i][j] -= factor * rows[pivot][j];
        }
      }
    }
    double[][] solution = new double[TERMS][COLOURS];
    for (int i = 0; i < TERMS; i++) {
      for (int c = 0; c < COLOURS; c++) {
        solution[i][c] = rows[i][TERMS + c] / rows[i][i];
      }
    }
    return solution;
  }
}
