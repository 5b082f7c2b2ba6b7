package dev.atelier.models.bench;

import ai.djl.ndarray.types.Shape;
import dev.atelier.models.weights.VaeConfig;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Counts the floating-point operations of a VAE's decoder, as {@link UNetArithmetic} does. */
final class DecoderArithmetic {
  private static final Pattern UP = Pattern.compile("decoder\\.up_blocks\\.(\\d+)\\.(.*)");

  private final Map<String, Shape> shapes;
  private final int levels;
  private final double places;

  /**
   * @param shapes of the tensors by their names in diffusers
   * @param height of the latent
   * @param width of the latent
   */
  DecoderArithmetic(Map<String, Shape> shapes, VaeConfig config, int height, int width) {
    this.shapes = shapes;
    this.levels = config.blockOutChannels().size();
    this.places = (double) height * width;
  }

  /** Operations of decoding one latent. */
  double count() {
    return shapes.keySet().stream()
        .filter(n -> n.endsWith(".weight"))
        .filter(n -> n.startsWith("decoder.") || n.startsWith("post_quant_conv."))
        .mapToDouble(n -> operations(n, shapes.get(n)))
        .sum();
  }

  private double operations(String name, Shape shape) {
    if (shape.dimension() < 2) {
      return 0; // a norm's scale
    }
    double operations = 2.0 * shape.size() * places * Math.pow(4, level(name));
    if (name.contains("attentions.0.to_q")) {
      operations += 4 * places * places * shape.get(0); // queries by keys, weights by values
    }
    return operations;
  }

  /** How often height and width were doubled before the layer's output. */
  private int level(String name) {
    Matcher up = UP.matcher(name);
    if (up.matches()) {
      int block = Integer.parseInt(up.group(1));
      return up.group(2).startsWith("upsamplers") ? block + 1 : block;
    }
    return name.startsWith("decoder.conv_out") ? levels - 1 : 0;
  }
}
