package dev.atelier.models.pipeline;

import dev.atelier.models.catalog.ModelEntry;
import dev.atelier.models.text.Embedding;
import java.awt.image.BufferedImage;
import java.util.List;
import java.util.function.Supplier;

/** Watches a picture form and may stop it. Called on the engine's thread, so it must be quick. */
public interface GenerationObserver {
  /** The work goes on to {@code phase}. */
  default void onPhase(Phase phase) {}

  /**
   * The pictures are made with another VAE than the checkpoint's own.
   *
   * @param vae the other one
   */
  default void onVae(ModelEntry vae) {}

  /**
   * The prompts are encoded.
   *
   * @param embeddings those that the prompts name, each once
   */
  default void onEmbeddings(List<Embedding> embeddings) {}

  /**
   * A sampling step is done.
   *
   * @param step steps done, 1 to {@code steps}
   * @param steps all steps
   * @param preview renders the pictures of the batch as they stand, at the latent's resolution (an
   *     eighth of the picture's) or, by a preview decoder, at the picture's; gives none when the
   *     last ones are better than what could be had now. Only valid during this call, takes a tenth
   *     of the time at most and is free when not called
   */
  void onStep(int step, int steps, Supplier<List<BufferedImage>> preview);

  /**
   * Asked before every call of the model, of which a step may take two, and before each picture is
   * decoded; {@code true} ends the work with a {@link GenerationCancelledException}.
   */
  boolean cancelled();
}
