package dev.atelier.models.weights;

import java.nio.file.Path;
import java.util.function.Function;

/**
 * The shape of a CLIP text encoder: the fields of transformers' {@code CLIPTextConfig}.
 *
 * @param vocabSize number of tokens
 * @param hiddenSize width of the text embedding
 * @param intermediateSize width inside the feed-forward networks
 * @param layers number of layers
 * @param attentionHeads heads of every attention
 * @param maxTokens longest prompt in tokens, both ends included: 77
 * @param activation of the feed-forward networks
 * @param layerNormEps epsilon of the layer norms
 */
public record ClipTextConfig(
    int vocabSize,
    int hiddenSize,
    int intermediateSize,
    int layers,
    int attentionHeads,
    int maxTokens,
    Activation activation,
    double layerNormEps) {

  /** The activations that CLIP models use. */
  public enum Activation {
    /** {@code x * sigmoid(1.702 x)}: OpenAI's models, so Stable Diffusion 1.5. */
    QUICK_GELU("quick_gelu"),
    /** The exact GELU: OpenCLIP's models. */
    GELU("gelu");

    private final String label;

    Activation(String label) {
      this.label = label;
    }

    String label() {
      return label;
    }
  }

  /**
   * Reads {@code text_encoder/config.json}; absent fields have transformers' defaults.
   *
   * @throws WeightsException when it is missing or damaged, or describes a network of another kind
   */
  public static ClipTextConfig read(Path file) {
    return read(ConfigReader.open(file));
  }

  static ClipTextConfig read(ConfigReader config) {
    config.require("model_type", "clip_text_model");
    var result =
        new ClipTextConfig(
            config.integer("vocab_size", 49408, 1, 1 << 20),
            config.integer("hidden_size", 512, 1, 16384),
            config.integer("intermediate_size", 2048, 1, 65536),
            config.integer("num_hidden_layers", 12, 1, 128),
            config.integer("num_attention_heads", 8, 1, 1024),
            config.integer("max_position_embeddings", 77, 3, 4096),
            config.choice(
                "hidden_act", Activation.QUICK_GELU, Activation.values(), Activation::label),
            config.number("layer_norm_eps", 1e-5));
    result.check(config::fault);
    return result;
  }

  /** Throws what {@code fault} makes of a sentence when the fields do not fit each other. */
  void check(Function<String, WeightsException> fault) {
    if (hiddenSize % attentionHeads != 0) {
      throw fault.apply("num_attention_heads does not divide hidden_size.");
    }
  }
}
