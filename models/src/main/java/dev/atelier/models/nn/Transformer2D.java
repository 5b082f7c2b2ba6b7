package dev.atelier.models.nn;

import ai.djl.ndarray.NDArray;
import dev.atelier.models.engine.Layers;

/**
 * Self-attention over the picture's places, cross-attention to the prompt and a gated feed-forward
 * layer, between two 1×1 convolutions (diffusers: models/transformers/transformer_2d.py).
 */
final class Transformer2D {
  private static final String BLOCK = "transformer_blocks.0.";

  /**
   * In the order in which {@code transformer_2d} takes them; behind them it finds the queries, keys
   * and values of self-attention as one matrix, then the keys and values of cross-attention.
   */
  private static final String[] TENSORS = {
    "norm.weight",
    "norm.bias",
    "proj_in.weight",
    "proj_in.bias",
    BLOCK + "norm1.weight",
    BLOCK + "norm1.bias",
    BLOCK + "attn1.to_q.weight",
    BLOCK + "attn1.to_k.weight",
    BLOCK + "attn1.to_v.weight",
    BLOCK + "attn1.to_out.0.weight",
    BLOCK + "attn1.to_out.0.bias",
    BLOCK + "norm2.weight",
    BLOCK + "norm2.bias",
    BLOCK + "attn2.to_q.weight",
    BLOCK + "attn2.to_k.weight",
    BLOCK + "attn2.to_v.weight",
    BLOCK + "attn2.to_out.0.weight",
    BLOCK + "attn2.to_out.0.bias",
    BLOCK + "norm3.weight",
    BLOCK + "norm3.bias",
    BLOCK + "ff.net.0.proj.weight",
    BLOCK + "ff.net.0.proj.bias",
    BLOCK + "ff.net.2.weight",
    BLOCK + "ff.net.2.bias",
    "proj_out.weight",
    "proj_out.bias"
  };

  private final Layers layers;
  private final LayerWeights parameters;
  private final int heads;
  private final int groups;

  Transformer2D(ModuleWeights weights, int heads, int groups) {
    this.layers = weights.layers();
    this.parameters = weights.take(TENSORS).joining(6, 9).joining(14, 16);
    this.heads = heads;
    this.groups = groups;
  }

  /** [n, c, h, w] and the prompt's hidden states [n, tokens, d] to [n, c, h, w]. */
  NDArray forward(NDArray x, NDArray context) {
    return layers.call("transformer_2d", x, context, parameters.fitting(x), heads, groups);
  }
}
