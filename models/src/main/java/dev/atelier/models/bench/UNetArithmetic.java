package dev.atelier.models.bench;

import ai.djl.ndarray.types.Shape;
import dev.atelier.models.weights.UNetConfig;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Counts a UNet's floating-point operations from the shapes of its weights: a multiplication and an
 * addition are two; norms, activations and additions of whole tensors are left out, as is usual.
 */
final class UNetArithmetic {
  private static final Pattern BLOCK = Pattern.compile("(down|up)_blocks\\.(\\d+)\\.(.*)");

  private final Map<String, Shape> shapes;
  private final int levels;
  private final int height;
  private final int width;
  private final int tokens;

  /**
   * @param shapes of the tensors by their names in diffusers
   * @param height of the latent
   * @param width of the latent
   * @param tokens of the prompt
   */
  UNetArithmetic(Map<String, Shape> shapes, UNetConfig config, int height, int width, int tokens) {
    this.shapes = shapes;
    this.levels = config.blockOutChannels().size();
    this.height = height;
    this.width = width;
    this.tokens = tokens;
  }

  /** Operations of one forward pass for one latent. */
  double count() {
    return shapes.keySet().stream()
        .filter(n -> n.endsWith(".weight"))
        .mapToDouble(n -> operations(n, shapes.get(n)))
        .sum();
  }

  private double operations(String name, Shape shape) {
    if (shape.dimension() < 2) {
      return 0; // a norm's scale
    }
    double places = places(name);
    double perPlace = 2.0 * shape.size();
    if (name.contains("time_emb")) {
      return perPlace; // once a picture
    }
    if (name.contains("attn2.to_k") || name.contains("attn2.to_v")) {
      return perPlace * tokens;
    }
    double operations = perPlace * places;
    if (name.contains("attn1.to_q")) {
      operations += 4 * places * places * shape.get(0); // queries by keys, weights by values
    } else if (name.contains("attn2.to_q")) {
      operations += 4 * places * tokens * shape.get(0);
    }
    return operations;
  }

  /** Height times width of the layer's output. */
  private double places(String name) {
    int level = 0;
    Matcher block = BLOCK.matcher(name);
    if (name.startsWith("mid_block")) {
      level = levels - 1;
    } else if (block.matches()) {
      int index = Integer.parseInt(block.group(2));
      boolean down = block.group(1).equals("down");
      level = down ? index : levels - 1 - index;
      if (block.group(3).startsWith("downsamplers")) {
        level++;
      } else if (block.group(3).startsWith("upsamplers")) {
        level--;
      }
    }
    return Math.ceil(height / Math.pow(2, level)) * Math.ceil(width / Math.pow(2, level));
  }
}
