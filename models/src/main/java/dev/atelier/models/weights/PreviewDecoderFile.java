package dev.atelier.models.weights;

import ai.djl.ndarray.types.Shape;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A small decoder for previews on disk: the decoder of diffusers' {@code AutoencoderTiny}, alone or
 * with its encoder, or madebyollin/taesd's {@code taesd_decoder}. The two number their layers
 * alike, but that the latter counts the clamp before them as layer 0 and names no decoder.
 * Immutable and safe to share between threads.
 */
public final class PreviewDecoderFile {
  /** Where the layers are in what {@link #open} gives. */
  public static final String LAYERS = "decoder.layers.";

  /** Its file in a diffusers folder. */
  public static final String IN_FOLDER = "diffusion_pytorch_model.safetensors";

  private static final String BIAS = ".bias";
  private static final String WEIGHT = ".weight";

  /** Convolutions of a block, within an {@code nn.Sequential} with ReLUs between them. */
  private static final List<String> BLOCK = List.of(".conv.0", ".conv.2", ".conv.4");

  private static final int LATENT_CHANNELS = 4;
  private static final int COLOURS = 3;

  /** Longer ones are something else. */
  private static final int MAX_LAYERS = 100;

  private final Path weights;
  private final List<Layer> layers;

  /**
   * A layer that has weights.
   *
   * @param modules names of its convolutions below {@link #LAYERS}
   * @param bias whether they have biases
   */
  public record Layer(Kind kind, List<String> modules, boolean bias) {
    /** Names of its tensors, each weight before its bias. */
    public String[] tensors() {
      return modules.stream()
          .flatMap(
              m -> bias ? List.of(m + WEIGHT, m + BIAS).stream() : List.of(m + WEIGHT).stream())
          .toArray(String[]::new);
    }
  }

  /** What a layer does. */
  public enum Kind {
    /** The first: clamps the latent; a convolution and ReLU. */
    IN,
    /** Three convolutions beside a shortcut. */
    BLOCK,
    /** Twice the height and width, and a convolution. */
    UP,
    /** The last: a convolution. */
    OUT
  }

  private PreviewDecoderFile(Path weights, List<Layer> layers) {
    this.weights = weights;
    this.layers = layers;
  }

  /**
   * Reads what the tensors say of the decoder.
   *
   * @param path its file, or the diffusers folder that it is in
   * @throws WeightsException when it is no such decoder, or damaged
   */
  public static PreviewDecoderFile open(Path path) {
    Path weights = Files.isDirectory(path) ? path.resolve(IN_FOLDER) : path;
    try (WeightSource source = canonical(WeightSource.open(weights))) {
      return new PreviewDecoderFile(weights, layers(source));
    }
  }

  /** The file of its weights. */
  public Path weights() {
    return weights;
  }

  /** Its layers, in order. */
  public List<Layer> layers() {
    return layers;
  }

  /** Picture pixels a side of one latent pixel. */
  public int scale() {
    return 1 << layers.stream().filter(layer -> layer.kind() == Kind.UP).count();
  }

  /**
   * Opens its weights, named as diffusers does.
   *
   * @throws WeightsException when they cannot be read
   */
  public WeightSource open() {
    return canonical(WeightSource.open(weights));
  }

  private static WeightSource canonical(WeightSource file) {
    Map<String, String> names = new HashMap<>();
    for (String name : file.names()) {
      if (name.startsWith(LAYERS)) {
        names.put(name, name);
      } else if (name.matches("[1-9][0-9]?\\..*")) {
        int dot = name.indexOf('.');
        int layer = Integer.parseInt(name.substring(0, dot)) - 1;
        names.put(LAYERS + layer + name.substring(dot), name);
      }
    }
    return RenamedWeights.of(file, names);
  }

  private static List<Layer> layers(WeightSource source) {
    Set<String> left = new HashSet<>(source.names());
    int end = 0;
    for (int i = 0; i < MAX_LAYERS; i++) {
      end = has(source, i + WEIGHT) || has(source, i + BLOCK.get(0) + WEIGHT) ? i + 1 : end;
    }
    List<Layer> layers = new ArrayList<>();
    for (int i = 0; i < end; i++) {
      boolean block = has(source, i + BLOCK.get(0) + WEIGHT);
      if (block || has(source, i + WEIGHT)) {
        Kind kind = block ? Kind.BLOCK : i == 0 ? Kind.IN : i == end - 1 ? Kind.OUT : Kind.UP;
        List<String> modules = new ArrayList<>();
        if (block) {
          for (String convolution : BLOCK) {
            modules.add(i + convolution);
          }
        } else {
          modules.add(String.valueOf(i));
        }
        var layer = new Layer(kind, List.copyOf(modules), has(source, modules.get(0) + BIAS));
        for (String tensor : layer.tensors()) {
          left.remove(LAYERS + tensor);
        }
        layers.add(layer);
      }
    }
    check(source, layers, left);
    return List.copyOf(layers);
  }

  private static boolean has(WeightSource source, String tensor) {
    return source.names().contains(LAYERS + tensor);
  }

  private static void check(WeightSource source, List<Layer> layers, Set<String> unknown) {
    long channels = LATENT_CHANNELS;
    for (Layer layer : layers) {
      if (layer.kind() == Kind.BLOCK && !layer.bias()) {
        throw fault(source);
      }
      for (String module : layer.modules()) {
        Shape shape = source.info(LAYERS + module + WEIGHT).shape();
        if (shape.dimension() != 4
            || !shape.equals(new Shape(shape.get(0), channels, 3, 3))
            || (layer.bias()
                && !source.info(LAYERS + module + BIAS).shape().equals(new Shape(shape.get(0))))) {
          throw fault(source);
        }
        channels = shape.get(0);
      }
    }
    boolean whole =
        layers.size() > 2
            && layers.get(0).kind() == Kind.IN
            && layers.get(layers.size() - 1).kind() == Kind.OUT;
    if (!whole || channels != COLOURS || !unknown.isEmpty()) {
      throw fault(source);
    }
  }

  private static WeightsException fault(WeightSource source) {
    return new WeightsException(
        source.file(),
        "it is no preview decoder for Stable Diffusion 1.5's kind of latents;"
            + " put taesd_decoder.safetensors in its place.");
  }
}
