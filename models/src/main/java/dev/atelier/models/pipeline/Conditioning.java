package dev.atelier.models.pipeline;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import dev.atelier.models.text.EmbeddingWidthException;
import dev.atelier.models.text.Embeddings;
import dev.atelier.models.text.PromptEncoder;
import dev.atelier.models.text.PromptSchedule;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * What the UNet attends to at each step. Every text that the prompts are at some step goes through
 * the text encoder once, before the first step.
 */
final class Conditioning {
  private final List<PromptSchedule> schedules;
  private final List<String> texts;
  private final NDArray states;
  private final int pictures;
  private List<Integer> rows = List.of();
  private NDArray context;

  private Conditioning(
      List<PromptSchedule> schedules, List<String> texts, NDArray states, int pictures) {
    this.schedules = schedules;
    this.texts = texts;
    this.states = states;
    this.pictures = pictures;
  }

  /**
   * Encodes a request's prompts. Call it inside the NDScope in which {@link #at} is called.
   *
   * @param embeddings those that the prompts may name; afterwards it knows which they did
   * @throws InvalidRequestException when the text encoder cannot do what is asked for
   */
  static Conditioning encode(
      PromptEncoder encoder, NDManager manager, ImageRequest request, Embeddings embeddings) {
    if (request.clipSkip() > encoder.layers()) {
      throw new InvalidRequestException(
          "clip_skip",
          "This model's text encoder has %d layers; clip skip can be 1 to %d, not %d."
              .formatted(encoder.layers(), encoder.layers(), request.clipSkip()));
    }
    List<PromptSchedule> schedules = new ArrayList<>();
    if (GuidedUNet.guides(request.guidanceScale())) {
      schedules.add(PromptSchedule.of(request.negativePrompt(), request.steps()));
    }
    schedules.add(PromptSchedule.of(request.prompt(), request.steps()));
    Set<String> texts = new LinkedHashSet<>();
    for (PromptSchedule schedule : schedules) {
      schedule.spans().forEach(span -> texts.add(span.text()));
    }
    List<String> distinct = List.copyOf(texts);
    try {
      NDArray states = encoder.encode(manager, distinct, request.clipSkip(), embeddings);
      return new Conditioning(schedules, distinct, states, request.batchSize());
    } catch (EmbeddingWidthException e) {
      throw new InvalidRequestException("prompt", e.getMessage());
    }
  }

  /**
   * The hidden states of a step.
   *
   * @param step from 0
   * @return [2n, tokens, d] for n pictures, first the negative prompt's; [n, tokens, d] without
   *     guidance. Good until the next call
   */
  NDArray at(int step) {
    List<Integer> wanted =
        schedules.stream().map(schedule -> texts.indexOf(schedule.at(step))).toList();
    if (!wanted.equals(rows)) {
      if (context != null) {
        context.close();
      }
      context = context(wanted);
      rows = wanted;
    }
    return context;
  }

  private NDArray context(List<Integer> wanted) {
    var parts = new NDList();
    for (int row : wanted) {
      parts.add(states.get(row + ":" + (row + 1)));
    }
    try (NDArray chosen = NDArrays.concat(parts)) {
      return chosen.repeat(0, pictures); // each prompt n times
    } finally {
      parts.close();
    }
  }
}
