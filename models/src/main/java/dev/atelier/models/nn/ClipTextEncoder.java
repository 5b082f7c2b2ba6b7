package dev.atelier.models.nn;

import static dev.atelier.models.engine.ComputeDevice.scoped;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import dev.atelier.models.engine.ComputeDevice;
import dev.atelier.models.engine.Layers;
import dev.atelier.models.registry.HostCopy;
import dev.atelier.models.registry.Model;
import dev.atelier.models.weights.ClipTextConfig;
import dev.atelier.models.weights.WeightSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * CLIP's text encoder: a causal transformer over the prompt's tokens (transformers: CLIPTextModel).
 */
public final class ClipTextEncoder implements Model {
  private final ModuleWeights weights;
  private final ClipTextConfig config;
  private final Layers layers;
  private final LayerWeights embeddings;
  private final List<LayerWeights> encoderLayers = new ArrayList<>();
  private final LayerWeights finalLayerNorm;

  private ClipTextEncoder(ModuleWeights weights, ClipTextConfig config) {
    this.weights = weights;
    this.config = config;
    this.layers = weights.layers();
    embeddings =
        weights.at("embeddings").take("token_embedding.weight", "position_embedding.weight");
    for (int i = 0; i < config.layers(); i++) {
      encoderLayers.add(
          weights
              .at("encoder.layers." + i)
              .takeModules(
                  "layer_norm1",
                  "self_attn.q_proj",
                  "self_attn.k_proj",
                  "self_attn.v_proj",
                  "self_attn.out_proj",
                  "layer_norm2",
                  "mlp.fc1",
                  "mlp.fc2"));
    }
    finalLayerNorm = weights.takeModules("final_layer_norm");
  }

  /**
   * Loads the encoder onto {@code device}.
   *
   * @param files opens its weights, without the {@code text_model.} that older files put before
   *     each name
   * @throws dev.atelier.models.weights.WeightsException when a weight is missing
   */
  public static ClipTextEncoder load(
      Supplier<WeightSource> files, ClipTextConfig config, ComputeDevice device) {
    return ModuleWeights.building(files, device, weights -> new ClipTextEncoder(weights, config));
  }

  /**
   * Vectors that stand where tokens would: textual inversions.
   *
   * @param places where, counted through all rows of ids: int64 [m]
   * @param vectors what, [m, hidden size]
   */
  public record Vectors(NDArray places, NDArray vectors) {}

  /** Layers between the embeddings and the final layer norm. */
  public int layers() {
    return config.layers();
  }

  /** Numbers of a hidden state. */
  public int width() {
    return config.hiddenSize();
  }

  /**
   * What the first layer takes: the tokens' embeddings and their positions'.
   *
   * @param ids token ids, int64 [n, 77]
   * @param vectors take the places of tokens
   * @return [n, 77, hidden size]
   */
  public NDArray embed(NDArray ids, Optional<Vectors> vectors) {
    return vectors
        .map(
            v ->
                layers.call("clip_embeddings_with", ids, embeddings.get(), v.places(), v.vectors()))
        .orElseGet(() -> layers.call("clip_embeddings", ids, embeddings.get()));
  }

  /**
   * What the UNet attends to: the last hidden state behind the final layer norm.
   *
   * @param ids token ids, int64 [n, 77]
   * @return [n, 77, hidden size]
   */
  public NDArray forward(NDArray ids) {
    return scoped(() -> forward(embed(ids, Optional.empty()), 1));
  }

  /**
   * What the UNet attends to, taken from one of the last layers ("clip skip"), behind the final
   * layer norm whichever layer it is: AUTOMATIC1111's {@code encode_with_transformers}, diffusers'
   * {@code encode_prompt}.
   *
   * @param embedded of {@link #embed}
   * @param skip the layer counted from the last, 1 to {@link #layers}
   * @return [n, 77, hidden size]
   */
  public NDArray forward(NDArray embedded, int skip) {
    return scoped(
        () -> {
          NDArray x = embedded;
          for (LayerWeights layer : encoderLayers.subList(0, config.layers() + 1 - skip)) {
            x = through(layer, x);
          }
          return normalised(x);
        });
  }

  /**
   * The embeddings and every layer's output, before the final layer norm, each [n, 77, hidden
   * size]: what "clip skip" chooses from. Call it inside an NDScope.
   *
   * @param ids token ids, int64 [n, 77]
   */
  public NDList hiddenStates(NDArray ids) {
    var states = new NDList(encoderLayers.size() + 1);
    NDArray x = embed(ids, Optional.empty());
    states.add(x);
    for (LayerWeights layer : encoderLayers) {
      x = through(layer, x);
      states.add(x);
    }
    return states;
  }

  private NDArray through(LayerWeights layer, NDArray x) {
    return layers.call(
        "clip_layer",
        x,
        layer.get(),
        config.attentionHeads(),
        config.layerNormEps(),
        config.activation() == ClipTextConfig.Activation.QUICK_GELU);
  }

  /** The final layer norm of one of the {@link #hiddenStates}. */
  public NDArray normalised(NDArray hiddenState) {
    return layers.call("layer_norm", hiddenState, finalLayerNorm.get(), config.layerNormEps());
  }

  /**
   * Uses the network with other weights until the result is closed.
   *
   * @throws RuntimeException whatever reading and adding throw; the weights are as on disk then
   */
  public Patched patched(WeightPatch patch) {
    return weights.patched(patch);
  }

  @Override
  public long bytes() {
    return weights.bytes();
  }

  @Override
  public Optional<HostCopy> offload() {
    return weights.offload(files -> load(files, config, weights.device()));
  }

  @Override
  public void close() {
    weights.close();
  }
}
