package dev.atelier.server;

import dev.atelier.models.pipeline.ImageRequest;
import dev.atelier.models.sampling.BatchNoise;

/** Requests for tests. */
public final class Requests {
  private Requests() {}

  /** A small picture of four steps. */
  public static ImageRequest small(long seed) {
    return of("a fox", seed, 4, 1);
  }

  /** A small picture of four steps, with a prompt that may ask for a fault. */
  public static ImageRequest prompt(String prompt) {
    return of(prompt, 1, 4, 1);
  }

  public static ImageRequest of(String prompt, long seed, int steps, int batch) {
    return ImageRequest.builder("storybook")
        .setPrompt(prompt)
        .optSize(64, 64)
        .optSteps(steps)
        .optSeed(seed)
        .optBatch(batch, BatchNoise.SEED_PLUS_INDEX)
        .build();
  }
}
