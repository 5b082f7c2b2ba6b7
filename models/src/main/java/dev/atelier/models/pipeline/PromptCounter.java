package dev.atelier.models.pipeline;

import dev.atelier.models.catalog.ModelCatalog;
import dev.atelier.models.catalog.ModelEntry;
import dev.atelier.models.catalog.ModelKind;
import dev.atelier.models.text.ClipTokenizer;
import dev.atelier.models.text.Embeddings;
import dev.atelier.models.text.PromptLength;
import java.nio.file.Path;
import java.util.List;

/**
 * Says how long prompts are for a checkpoint, without its networks. Keeps the tokenizer of the
 * checkpoint that it was asked about last. Thread-safe; blocks on the disk.
 */
public final class PromptCounter implements AutoCloseable {
  private Path checkpoint;
  private ClipTokenizer tokenizer;
  private boolean closed;

  /**
   * The prompts' lengths, in their order.
   *
   * @param model a checkpoint that can be used
   * @param catalog the embeddings that the prompts may name
   * @param steps sampling steps
   * @throws dev.atelier.models.weights.WeightsException when the checkpoint's tokenizer or an
   *     embedding that a prompt names cannot be used
   * @throws IllegalStateException when it is closed
   */
  public synchronized List<PromptLength> count(
      ModelEntry model, ModelCatalog catalog, int steps, List<String> prompts) {
    ClipTokenizer current = tokenizer(model.path());
    Embeddings embeddings = embeddings(catalog);
    return prompts.stream()
        .map(prompt -> PromptLength.of(prompt, steps, current, embeddings))
        .toList();
  }

  /** The embeddings of a catalog. */
  static Embeddings embeddings(ModelCatalog catalog) {
    return new Embeddings(
        catalog.entries(ModelKind.EMBEDDING).stream().map(ModelEntry::path).toList());
  }

  private ClipTokenizer tokenizer(Path path) {
    if (closed) {
      throw new IllegalStateException("The counter is closed");
    }
    if (!path.equals(checkpoint)) {
      ClipTokenizer opened = Checkpoint.tokenizer(path);
      release();
      tokenizer = opened;
      checkpoint = path;
    }
    return tokenizer;
  }

  private void release() {
    if (tokenizer != null) {
      tokenizer.close();
    }
    tokenizer = null;
    checkpoint = null;
  }

  /** Frees the tokenizer. */
  @Override
  public synchronized void close() {
    closed = true;
    release();
  }
}
