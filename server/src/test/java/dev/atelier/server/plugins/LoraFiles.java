package dev.atelier.server.plugins;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;

/** Makes LoRAs for storybook, in kohya's naming, from a seed. */
public final class LoraFiles {
  private static final int RANK = 4;

  /** Strong enough to see. */
  private static final double STRENGTH = 0.15;

  /** Outputs and inputs of some of storybook's linear layers. */
  private static final Map<String, int[]> MODULES = new LinkedHashMap<>();

  static {
    String unet = "lora_unet_down_blocks_1_attentions_0_transformer_blocks_0_";
    for (String name : new String[] {"q", "k", "v"}) {
      MODULES.put(unet + "attn1_to_" + name, new int[] {160, 160});
    }
    MODULES.put(unet + "attn2_to_k", new int[] {160, 192});
    MODULES.put(unet + "attn2_to_v", new int[] {160, 192});
    for (String name : new String[] {"q", "v"}) {
      String text = "lora_te_text_model_encoder_layers_0_self_attn_";
      MODULES.put(text + name + "_proj", new int[] {192, 192});
    }
  }

  private final Map<String, String> metadata = new LinkedHashMap<>();
  private final Map<String, int[]> shapes = new LinkedHashMap<>();
  private final Random random;

  private LoraFiles(long seed) {
    random = new Random(seed);
    MODULES.forEach(
        (name, shape) -> {
          shapes.put(name + ".alpha", new int[] {});
          shapes.put(name + ".lora_down.weight", new int[] {RANK, shape[1]});
          shapes.put(name + ".lora_up.weight", new int[] {shape[0], RANK});
        });
  }

  /** A LoRA of rank 4 that changes storybook's UNet and text encoder. */
  public static LoraFiles ofSeed(long seed) {
    return new LoraFiles(seed);
  }

  public LoraFiles metadata(String name, String value) {
    metadata.put(name, value);
    return this;
  }

  /** Words of the captions it was trained with, the first the most frequent. */
  public LoraFiles words(String... words) {
    JsonObject counts = new JsonObject();
    for (int i = 0; i < words.length; i++) {
      counts.put(words[i], words.length - i);
    }
    return metadata("ss_tag_frequency", new JsonObject().put("set", counts).encode());
  }

  /** A tensor besides, which may belong to nothing. */
  public LoraFiles tensor(String name, int... shape) {
    shapes.put(name, shape);
    return this;
  }

  /** Writes it into the folder of LoRAs of a model folder. */
  public Path write(Path models, String name) {
    JsonObject header = new JsonObject();
    JsonObject words = new JsonObject();
    metadata.forEach(words::put);
    header.put("__metadata__", words);
    int offset = 0;
    for (Map.Entry<String, int[]> each : shapes.entrySet()) {
      int bytes = Float.BYTES * count(each.getValue());
      JsonArray shape = new JsonArray();
      for (int side : each.getValue()) {
        shape.add(side);
      }
      header.put(
          each.getKey(),
          new JsonObject()
              .put("dtype", "F32")
              .put("shape", shape)
              .put("data_offsets", new JsonArray().add(offset).add(offset + bytes)));
      offset += bytes;
    }
    byte[] head = header.encode().getBytes(UTF_8);
    ByteBuffer file =
        ByteBuffer.allocate(Long.BYTES + head.length + offset).order(ByteOrder.LITTLE_ENDIAN);
    file.putLong(head.length).put(head);
    shapes.forEach((tensor, shape) -> fill(file, tensor, count(shape)));
    return write(models, name + ".safetensors", file.array());
  }

  /** Writes anything at all there. */
  public static Path write(Path models, String file, byte[] content) {
    try {
      Path folder = Files.createDirectories(models.resolve("loras"));
      return Files.write(folder.resolve(file), content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void fill(ByteBuffer file, String tensor, int count) {
    for (int i = 0; i < count; i++) {
      file.putFloat(tensor.endsWith(".alpha") ? RANK : (float) (random.nextGaussian() * STRENGTH));
    }
  }

  private static int count(int[] shape) {
    int count = 1;
    for (int side : shape) {
      count *= side;
    }
    return count;
  }
}
