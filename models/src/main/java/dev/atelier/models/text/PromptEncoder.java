package dev.atelier.models.text;

import static dev.atelier.models.engine.ComputeDevice.scoped;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import dev.atelier.models.nn.ClipTextEncoder;
import dev.atelier.models.nn.Patched;
import dev.atelier.models.nn.WeightPatch;
import dev.atelier.models.registry.HostCopy;
import dev.atelier.models.registry.Model;
import dev.atelier.models.text.PromptChunk.Placed;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A checkpoint's tokenizer and text encoder, which are of no use without each other. */
public final class PromptEncoder implements Model {
  /** Chunks that go through the network at once: prompts may be long and change at every step. */
  private static final int BATCH = 16;

  private final ClipTokenizer tokenizer;
  private final ClipTextEncoder encoder;

  /** Takes over both: they are closed with it. */
  public PromptEncoder(ClipTokenizer tokenizer, ClipTextEncoder encoder) {
    this.tokenizer = tokenizer;
    this.encoder = encoder;
  }

  /** Layers of the text encoder: how many the last one may be counted back. */
  public int layers() {
    return encoder.layers();
  }

  /** Numbers of a hidden state, and so of an embedding's vectors. */
  public int width() {
    return encoder.width();
  }

  /** Encodes prompts with the last layer and without embeddings; see the other method. */
  public NDArray encode(NDManager manager, List<String> texts) {
    return encode(manager, texts, 1, Embeddings.NONE);
  }

  /**
   * Encodes prompts of any length, each word with its weight. Those of fewer chunks than others are
   * filled up with empty ones. Call it inside an NDScope.
   *
   * @param manager owner of the result, on the encoder's device
   * @param texts prompts without editing
   * @param clipSkip the layer that is taken, counted from the last: 1 to {@link #layers}
   * @param embeddings those that a prompt may name
   * @return the prompts' hidden states, [texts, 77 × chunks, hidden size], in the device's data
   *     type
   * @throws dev.atelier.models.weights.WeightsException when an embedding cannot be used
   * @throws EmbeddingWidthException when an embedding is for another kind of text encoder
   */
  public NDArray encode(
      NDManager manager, List<String> texts, int clipSkip, Embeddings embeddings) {
    List<List<PromptChunk>> prompts = new ArrayList<>();
    for (String text : texts) {
      prompts.add(PromptChunks.of(text, tokenizer, embeddings));
    }
    int most = prompts.stream().mapToInt(List::size).max().orElseThrow();
    PromptChunk empty = PromptChunks.empty(tokenizer);
    List<PromptChunk> chunks = new ArrayList<>();
    for (List<PromptChunk> prompt : prompts) {
      chunks.addAll(prompt);
      for (int i = prompt.size(); i < most; i++) {
        chunks.add(empty);
      }
    }
    checkWidths(chunks);
    return scoped(
        () -> {
          NDArray states = states(manager, chunks, clipSkip);
          return most == 1 ? states : states.reshape(texts.size(), -1, states.size(2));
        });
  }

  /** [chunks, 77, hidden size]; those that are equal are encoded once. */
  private NDArray states(NDManager manager, List<PromptChunk> chunks, int clipSkip) {
    List<PromptChunk> distinct = chunks.stream().distinct().toList();
    var batches = new NDList();
    for (int from = 0; from < distinct.size(); from += BATCH) {
      List<PromptChunk> batch = distinct.subList(from, Math.min(distinct.size(), from + BATCH));
      batches.add(encode(manager, batch, clipSkip));
    }
    NDArray states = batches.size() == 1 ? batches.get(0) : NDArrays.concat(batches);
    if (distinct.size() == chunks.size()) {
      return states;
    }
    Map<PromptChunk, NDArray> rows = new HashMap<>();
    for (int i = 0; i < distinct.size(); i++) {
      rows.put(distinct.get(i), states.get(i + ":" + (i + 1)));
    }
    return NDArrays.concat(new NDList(chunks.stream().map(rows::get).toList()));
  }

  private void checkWidths(List<PromptChunk> chunks) {
    for (PromptChunk chunk : chunks) {
      for (Placed placed : chunk.placed()) {
        if (placed.embedding().width() != width()) {
          throw new EmbeddingWidthException(placed.embedding(), width());
        }
      }
    }
  }

  /** [chunks, 77, hidden size]. */
  private NDArray encode(NDManager manager, List<PromptChunk> chunks, int clipSkip) {
    long[][] ids =
        chunks.stream()
            .map(chunk -> chunk.ids().stream().mapToLong(Long::longValue).toArray())
            .toArray(long[][]::new);
    NDArray embedded = encoder.embed(manager.create(ids), vectors(manager, chunks));
    NDArray states = encoder.forward(embedded, clipSkip);
    if (chunks.stream().noneMatch(PromptChunk::weighted)) {
      return states;
    }
    var weighted = new NDList();
    for (int i = 0; i < chunks.size(); i++) {
      NDArray state = states.get(i + ":" + (i + 1));
      weighted.add(chunks.get(i).weighted() ? weighted(state, chunks.get(i).weights()) : state);
    }
    return NDArrays.concat(weighted);
  }

  private static Optional<ClipTextEncoder.Vectors> vectors(
      NDManager manager, List<PromptChunk> chunks) {
    List<Long> places = new ArrayList<>();
    var vectors = new NDList();
    for (int row = 0; row < chunks.size(); row++) {
      for (Placed placed : chunks.get(row).placed()) {
        long first = (long) row * ClipTokenizer.LENGTH + placed.at();
        for (int i = 0; i < placed.embedding().vectors(); i++) {
          places.add(first + i);
        }
        vectors.add(placed.embedding().read(manager, DataType.FLOAT32));
      }
    }
    if (places.isEmpty()) {
      return Optional.empty();
    }
    NDArray at = manager.create(places.stream().mapToLong(Long::longValue).toArray());
    return Optional.of(new ClipTextEncoder.Vectors(at, NDArrays.concat(vectors)));
  }

  /**
   * Hidden states times weights, brought back to the mean that they had: {@code EmphasisOriginal}
   * in AUTOMATIC1111's {@code modules/sd_emphasis.py}.
   *
   * @param state [1, 77, hidden size]
   */
  private static NDArray weighted(NDArray state, List<Double> weights) {
    float[] factors = new float[weights.size()];
    for (int i = 0; i < factors.length; i++) {
      factors[i] = weights.get(i).floatValue();
    }
    // In fp16 the mean of as many small numbers would be off.
    NDArray before = state.toType(DataType.FLOAT32, false);
    NDArray after = before.mul(state.getManager().create(factors).reshape(1, factors.length, 1));
    float restore = before.mean().getFloat() / after.mean().getFloat();
    NDArray restored = Float.isFinite(restore) ? after.mul(restore) : after;
    return restored.toType(state.getDataType(), false);
  }

  /**
   * Uses the text encoder with other weights until the result is closed.
   *
   * @throws RuntimeException whatever reading and adding throw; the weights are as on disk then
   */
  public Patched patched(WeightPatch patch) {
    return encoder.patched(patch);
  }

  @Override
  public long bytes() {
    return encoder.bytes();
  }

  @Override
  public Optional<HostCopy> offload() {
    return encoder.offload().map(copy -> new Offloaded(tokenizer, copy));
  }

  /** The text encoder's weights in host memory, and the tokenizer, which is there anyway. */
  private static final class Offloaded implements HostCopy {
    private final HostCopy encoder;
    private ClipTokenizer tokenizer;

    Offloaded(ClipTokenizer tokenizer, HostCopy encoder) {
      this.tokenizer = tokenizer;
      this.encoder = encoder;
    }

    @Override
    public long bytes() {
      return encoder.bytes();
    }

    @Override
    public Model restore() {
      var restored = new PromptEncoder(tokenizer, (ClipTextEncoder) encoder.restore());
      tokenizer = null; // now the restored one's
      return restored;
    }

    @Override
    public void close() {
      encoder.close();
      if (tokenizer != null) {
        tokenizer.close();
      }
    }
  }

  @Override
  public void close() {
    encoder.close();
    tokenizer.close();
  }
}
