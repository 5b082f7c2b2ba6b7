package dev.atelier.models.text;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.atelier.models.nn.ClipTextEncoder;
import dev.atelier.models.registry.Model;
import java.util.List;

/** A checkpoint's tokenizer and text encoder, which are of no use without each other. */
public final class PromptEncoder implements Model {
  private final ClipTokenizer tokenizer;
  private final ClipTextEncoder encoder;

  /** Takes over both: they are closed with it. */
  public PromptEncoder(ClipTokenizer tokenizer, ClipTextEncoder encoder) {
    this.tokenizer = tokenizer;
    this.encoder = encoder;
  }

  /**
   * Encodes prompts. Call it inside an NDScope.
   *
   * @param manager owner of the result, on the encoder's device
   * @return the prompts' hidden states, [prompts, 77, hidden size], in the device's data type
   */
  public NDArray encode(NDManager manager, List<String> prompts) {
    long[][] ids = prompts.stream().map(tokenizer::encode).toArray(long[][]::new);
    return encoder.forward(manager.create(ids));
  }

  @Override
  public long bytes() {
    return encoder.bytes();
  }

  @Override
  public void close() {
    encoder.close();
    tokenizer.close();
  }
}
