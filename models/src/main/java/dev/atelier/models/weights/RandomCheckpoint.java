package dev.atelier.models.weights;

import ai.djl.ndarray.types.Shape;
import dev.atelier.models.weights.ClipTextConfig.Activation;
import dev.atelier.models.weights.SchedulerConfig.PredictionType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * A checkpoint of random fp16 weights, of any size, made from a seed: for measuring and testing
 * what no download should be needed for.
 *
 * @param unet the UNet's size
 * @param vae the autoencoder's
 * @param textEncoder the text encoder's
 * @param seed of the weights
 */
public record RandomCheckpoint(
    UNetConfig unet, VaeConfig vae, ClipTextConfig textEncoder, long seed) {

  /** Stable Diffusion 1.5's sizes: 2.1 GB. */
  public static RandomCheckpoint sd15(long seed) {
    return new RandomCheckpoint(
        unet(4, List.of(320, 640, 1280, 1280), List.of(true, true, true, false), 2, 768),
        vae(List.of(128, 256, 512, 512), 2),
        new ClipTextConfig(49408, 768, 3072, 12, 12, 77, Activation.QUICK_GELU, 1e-5),
        seed);
  }

  /** The built-in model's sizes: 56 MB. */
  public static RandomCheckpoint storybook(long seed) {
    return new RandomCheckpoint(
        unet(4, List.of(96, 160, 256), List.of(false, true, true), 1, 192),
        vae(List.of(32, 64, 128, 192), 1),
        new ClipTextConfig(1073, 192, 768, 4, 4, 77, Activation.QUICK_GELU, 1e-5),
        seed);
  }

  /** Other widths, heads, levels and layers than any known model: some megabytes. */
  public static RandomCheckpoint odd(long seed) {
    return odd(4, seed);
  }

  /** The same with a UNet that is shown the mask and the masked picture, too. */
  public static RandomCheckpoint oddInpainting(long seed) {
    return odd(9, seed);
  }

  private static RandomCheckpoint odd(int inChannels, long seed) {
    return new RandomCheckpoint(
        unet(inChannels, List.of(32, 96, 64), List.of(false, true, true), 1, 128),
        vae(List.of(32, 96, 64), 1),
        new ClipTextConfig(49408, 128, 192, 2, 2, 77, Activation.QUICK_GELU, 1e-5),
        seed);
  }

  private static UNetConfig unet(
      int inChannels, List<Integer> channels, List<Boolean> down, int layers, int context) {
    int levels = channels.size();
    List<Boolean> up = new ArrayList<>(down);
    Collections.reverse(up);
    return new UNetConfig(
        64,
        inChannels,
        4,
        channels,
        down,
        List.copyOf(up),
        Collections.nCopies(levels, layers),
        Collections.nCopies(levels, 1),
        Collections.nCopies(levels, 8),
        context,
        32,
        1e-5,
        false,
        false,
        true,
        0,
        1);
  }

  private static VaeConfig vae(List<Integer> channels, int layers) {
    return new VaeConfig(3, 3, 4, channels, layers, 32, 0.18215, true, true, true, true);
  }

  /** Shapes of a network's tensors under canonical names. */
  public Map<String, Shape> shapes(Component component) {
    return switch (component) {
      case UNET -> TensorShapes.unet(unet);
      case VAE -> TensorShapes.vae(vae);
      case TEXT_ENCODER -> TensorShapes.textEncoder(textEncoder);
    };
  }

  /** Numbers of all networks. */
  public long parameters() {
    long count = 0;
    for (Component component : Component.values()) {
      count += shapes(component).values().stream().mapToLong(Shape::size).sum();
    }
    return count;
  }

  /**
   * Writes it as a diffusers folder, without a tokenizer.
   *
   * @param folder made where it is not there
   * @throws IOException when there is no room, say
   */
  public void writeFolder(Path folder) throws IOException {
    Files.createDirectories(folder);
    Files.writeString(
        folder.resolve("model_index.json"),
        ConfigJson.index(unet.inChannels() != unet.outChannels()));
    for (Component component : Component.values()) {
      Path target = Files.createDirectories(folder.resolve(component.folder()));
      var writer = new SafetensorsWriter();
      shapes(component)
          .forEach(
              (name, shape) ->
                  writer.add(
                      new TensorInfo(name, StoredType.F16, shape, 2 * shape.size()),
                      to -> write(name, shape, to)));
      writer.write(target.resolve(component.weights() + ".safetensors"));
    }
    Files.createDirectories(folder.resolve("scheduler"));
    Files.writeString(folder.resolve("unet/config.json"), ConfigJson.unet(unet));
    Files.writeString(folder.resolve("vae/config.json"), ConfigJson.vae(vae));
    Files.writeString(folder.resolve("text_encoder/config.json"), ConfigJson.text(textEncoder));
    Files.writeString(
        folder.resolve("scheduler/scheduler_config.json"),
        ConfigJson.scheduler(LdmConfigs.scheduler(PredictionType.EPSILON, false)));
  }

  /**
   * Norms near 1, biases near 0, the rest uniform and scaled so that activations stay in bounds.
   */
  void write(String name, Shape shape, WritableByteChannel to) throws IOException {
    boolean norm = name.contains("norm") && name.endsWith(".weight");
    double fanIn = shape.dimension() < 2 ? 1e4 : (double) shape.size() / shape.get(0);
    double scale = norm ? 0.05 : Math.sqrt(1 / fanIn);
    short[] values = new short[4096];
    for (int i = 0; i < values.length; i++) {
      double uniform = 2.0 * i / values.length - 1 + 1.0 / values.length;
      values[i] = half((float) ((norm ? 1 : 0) + scale * uniform));
    }
    var random = new SplittableRandom(seed ^ name.hashCode());
    ByteBuffer piece = ByteBuffer.allocate(1 << 20).order(ByteOrder.LITTLE_ENDIAN);
    for (long left = shape.size(); left > 0; ) {
      piece.clear();
      while (piece.remaining() >= 2 && left > 0) {
        long bits = random.nextLong();
        for (int i = 0; i < 5 && piece.remaining() >= 2 && left > 0; i++, left--) {
          piece.putShort(values[(int) (bits >>> (12 * i)) & 0xFFF]);
        }
      }
      piece.flip();
      while (piece.hasRemaining()) {
        to.write(piece);
      }
    }
  }

  /** To fp16, cut off; for normal numbers. */
  private static short half(float value) {
    int bits = Float.floatToIntBits(value);
    int exponent = (bits >> 23 & 0xFF) - 127 + 15;
    int magnitude = exponent <= 0 ? 0 : (exponent << 10) | ((bits >> 13) & 0x3FF);
    return (short) (((bits >> 16) & 0x8000) | magnitude);
  }
}
