package dev.atelier.models.weights;

import ai.djl.ndarray.types.Shape;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The shapes of the tensors of Stable Diffusion networks of any size, under canonical names. Worked
 * out from how diffusers builds the networks and not shared with the code that builds them here, so
 * that tests can hold the two against each other.
 */
final class TensorShapes {
  private final Map<String, Shape> shapes = new LinkedHashMap<>();

  private TensorShapes() {}

  static Map<String, Shape> unet(UNetConfig config) {
    var all = new TensorShapes();
    List<Integer> channels = config.blockOutChannels();
    int levels = channels.size();
    int first = channels.get(0);
    int time = 4 * first;
    all.linear("time_embedding.linear_1", first, time);
    all.linear("time_embedding.linear_2", time, time);
    all.conv("conv_in", config.inChannels(), first, 3);
    Deque<Integer> skips = new ArrayDeque<>(List.of(first));
    int now = first;
    for (int level = 0; level < levels; level++) {
      String block = "down_blocks." + level + ".";
      for (int layer = 0; layer < config.layersPerBlock().get(level); layer++) {
        all.resnet(block + "resnets." + layer + ".", now, channels.get(level), time);
        now = channels.get(level);
        if (config.downAttention().get(level)) {
          all.transformer(block + "attentions." + layer + ".", now, config.crossAttentionDim());
        }
        skips.push(now);
      }
      if (level < levels - 1) {
        all.conv(block + "downsamplers.0.conv", now, now, 3);
        skips.push(now);
      }
    }
    all.resnet("mid_block.resnets.0.", now, now, time);
    all.transformer("mid_block.attentions.0.", now, config.crossAttentionDim());
    all.resnet("mid_block.resnets.1.", now, now, time);
    for (int i = 0; i < levels; i++) {
      int level = levels - 1 - i;
      String block = "up_blocks." + i + ".";
      for (int layer = 0; layer <= config.layersPerBlock().get(level); layer++) {
        int out = channels.get(level);
        all.resnet(block + "resnets." + layer + ".", now + skips.pop(), out, time);
        now = out;
        if (config.upAttention().get(i)) {
          all.transformer(block + "attentions." + layer + ".", now, config.crossAttentionDim());
        }
      }
      if (level > 0) {
        all.conv(block + "upsamplers.0.conv", now, now, 3);
      }
    }
    all.norm("conv_norm_out", now);
    all.conv("conv_out", now, config.outChannels(), 3);
    return all.shapes;
  }

  static Map<String, Shape> vae(VaeConfig config) {
    var all = new TensorShapes();
    List<Integer> channels = config.blockOutChannels();
    int levels = channels.size();
    int latent = config.latentChannels();
    int last = channels.get(levels - 1);
    int now = channels.get(0);
    all.conv("encoder.conv_in", config.inChannels(), now, 3);
    for (int level = 0; level < levels; level++) {
      String block = "encoder.down_blocks." + level + ".";
      for (int layer = 0; layer < config.layersPerBlock(); layer++) {
        all.resnet(block + "resnets." + layer + ".", now, channels.get(level), 0);
        now = channels.get(level);
      }
      if (level < levels - 1) {
        all.conv(block + "downsamplers.0.conv", now, now, 3);
      }
    }
    all.vaeMiddle("encoder.", last);
    all.norm("encoder.conv_norm_out", last);
    all.conv("encoder.conv_out", last, 2 * latent, 3);
    all.conv("quant_conv", 2 * latent, 2 * latent, 1);
    all.conv("post_quant_conv", latent, latent, 1);
    all.conv("decoder.conv_in", latent, last, 3);
    all.vaeMiddle("decoder.", last);
    for (int i = 0; i < levels; i++) {
      int out = channels.get(levels - 1 - i);
      String block = "decoder.up_blocks." + i + ".";
      for (int layer = 0; layer <= config.layersPerBlock(); layer++) {
        all.resnet(block + "resnets." + layer + ".", now, out, 0);
        now = out;
      }
      if (i < levels - 1) {
        all.conv(block + "upsamplers.0.conv", now, now, 3);
      }
    }
    all.norm("decoder.conv_norm_out", now);
    all.conv("decoder.conv_out", now, config.outChannels(), 3);
    return all.shapes;
  }

  static Map<String, Shape> textEncoder(ClipTextConfig config) {
    var all = new TensorShapes();
    int width = config.hiddenSize();
    all.put("embeddings.token_embedding.weight", config.vocabSize(), width);
    all.put("embeddings.position_embedding.weight", config.maxTokens(), width);
    for (int layer = 0; layer < config.layers(); layer++) {
      String block = "encoder.layers." + layer + ".";
      all.norm(block + "layer_norm1", width);
      for (String name : List.of("q_proj", "k_proj", "v_proj", "out_proj")) {
        all.linear(block + "self_attn." + name, width, width);
      }
      all.norm(block + "layer_norm2", width);
      all.linear(block + "mlp.fc1", width, config.intermediateSize());
      all.linear(block + "mlp.fc2", config.intermediateSize(), width);
    }
    all.norm("final_layer_norm", width);
    return all.shapes;
  }

  private void resnet(String block, int in, int out, int time) {
    norm(block + "norm1", in);
    conv(block + "conv1", in, out, 3);
    if (time > 0) {
      linear(block + "time_emb_proj", time, out);
    }
    norm(block + "norm2", out);
    conv(block + "conv2", out, out, 3);
    if (in != out) {
      conv(block + "conv_shortcut", in, out, 1);
    }
  }

  private void transformer(String block, int width, int context) {
    norm(block + "norm", width);
    conv(block + "proj_in", width, width, 1);
    String inner = block + "transformer_blocks.0.";
    for (int i = 1; i <= 2; i++) {
      int from = i == 1 ? width : context;
      norm(inner + "norm" + i, width);
      put(inner + "attn" + i + ".to_q.weight", width, width);
      put(inner + "attn" + i + ".to_k.weight", width, from);
      put(inner + "attn" + i + ".to_v.weight", width, from);
      linear(inner + "attn" + i + ".to_out.0", width, width);
    }
    norm(inner + "norm3", width);
    linear(inner + "ff.net.0.proj", width, 8 * width);
    linear(inner + "ff.net.2", 4 * width, width);
    conv(block + "proj_out", width, width, 1);
  }

  private void vaeMiddle(String part, int width) {
    resnet(part + "mid_block.resnets.0.", width, width, 0);
    norm(part + "mid_block.attentions.0.group_norm", width);
    for (String name : List.of("to_q", "to_k", "to_v", "to_out.0")) {
      linear(part + "mid_block.attentions.0." + name, width, width);
    }
    resnet(part + "mid_block.resnets.1.", width, width, 0);
  }

  private void norm(String name, int width) {
    put(name + ".weight", width);
    put(name + ".bias", width);
  }

  private void linear(String name, int in, int out) {
    put(name + ".weight", out, in);
    put(name + ".bias", out);
  }

  private void conv(String name, int in, int out, int side) {
    put(name + ".weight", out, in, side, side);
    put(name + ".bias", out);
  }

  private void put(String name, long... shape) {
    shapes.put(name, new Shape(shape));
  }
}
