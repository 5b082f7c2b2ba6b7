package dev.atelier.models.weights;

import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * A LoRA of random fp16 factors for a random checkpoint, as kohya's trainers write it: attention,
 * feed-forward and projections of both networks. For measuring and testing what no download should
 * be needed for.
 *
 * @param model what it is for
 * @param rank of every module
 */
public record RandomLora(RandomCheckpoint model, int rank) {
  /** What kohya's trainers change by default (networks/lora.py). */
  private static final Pattern UNET =
      Pattern.compile(
          ".*\\.(to_[qkv]|to_out\\.0|ff\\.net\\.0\\.proj|ff\\.net\\.2|proj_in|proj_out)\\.weight");

  private static final Pattern TEXT =
      Pattern.compile(".*\\.([qkv]_proj|out_proj|fc1|fc2)\\.weight");

  /**
   * Writes it.
   *
   * @throws IOException when there is no room, say
   */
  public void write(Path file) throws IOException {
    var writer = new SafetensorsWriter();
    writer.putMetadata("ss_network_dim", String.valueOf(rank));
    add(writer, "lora_unet_", UNET, model.shapes(Component.UNET));
    add(writer, "lora_te_text_model_", TEXT, model.shapes(Component.TEXT_ENCODER));
    writer.write(file);
  }

  /** Numbers of the UNet's weights that it changes. */
  public long unetParameters() {
    return model.shapes(Component.UNET).entrySet().stream()
        .filter(entry -> UNET.matcher(entry.getKey()).matches())
        .mapToLong(entry -> entry.getValue().size())
        .sum();
  }

  private void add(
      SafetensorsWriter writer, String prefix, Pattern changed, Map<String, Shape> shapes) {
    shapes.forEach(
        (name, shape) -> {
          if (changed.matcher(name).matches()) {
            String module = prefix + name.substring(0, name.lastIndexOf('.')).replace('.', '_');
            long out = shape.get(0);
            boolean convolution = shape.dimension() == 4;
            Shape up = convolution ? new Shape(out, rank, 1, 1) : new Shape(out, rank);
            Shape down =
                convolution
                    ? new Shape(rank, shape.get(1), shape.get(2), shape.get(3))
                    : new Shape(rank, shape.get(1));
            add(writer, module + ".lora_up.weight", up);
            add(writer, module + ".lora_down.weight", down);
            addAlpha(writer, module + ".alpha");
          }
        });
  }

  private void add(SafetensorsWriter writer, String key, Shape shape) {
    writer.add(
        new TensorInfo(key, StoredType.F16, shape, 2 * shape.size()),
        to -> model.write(key, shape, to));
  }

  /** Half of 1, that is, of rank 1. */
  private static void addAlpha(SafetensorsWriter writer, String key) {
    writer.add(
        new TensorInfo(key, StoredType.F32, new Shape(), Float.BYTES),
        to ->
            to.write(
                ByteBuffer.allocate(Float.BYTES)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putFloat(0.5f)
                    .flip()));
  }
}
