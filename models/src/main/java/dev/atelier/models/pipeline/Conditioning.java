package dev.atelier.models.pipeline;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import dev.atelier.models.text.EmbeddingWidthException;
import dev.atelier.models.text.Embeddings;
import dev.atelier.models.text.PromptEncoder;
import dev.atelier.models.text.PromptSchedule;
import dev.atelier.models.text.PromptTerm;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * What the UNet attends to at each step. Every text that the prompts are at some step goes through
 * the text encoder once, before the first step.
 */
final class Conditioning {
  /** Terms joined by AND: each is one more picture in the UNet's batch. */
  private static final int MAX_TERMS = 16;

  private final List<Double> scales;
  private final List<PromptSchedule> schedules;
  private final List<String> texts;
  private final NDArray states;
  private final int pictures;
  private List<Integer> rows = List.of();
  private NDArray context;

  private Conditioning(
      List<Double> scales,
      List<PromptSchedule> schedules,
      List<String> texts,
      NDArray states,
      int pictures) {
    this.scales = scales;
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
    List<PromptTerm> terms = PromptTerm.of(request.prompt());
    if (terms.size() > MAX_TERMS) {
      throw new InvalidRequestException(
          "prompt",
          "A prompt can have up to %d parts joined by AND, this one has %d."
              .formatted(MAX_TERMS, terms.size()));
    }
    // A prompt alone, without guidance, needs no negative one.
    boolean guided = request.guidanceScale() > 1 || terms.size() > 1;
    List<Double> scales = new ArrayList<>();
    List<PromptSchedule> schedules = new ArrayList<>();
    if (guided) {
      schedules.add(PromptSchedule.of(request.negativePrompt(), request.steps()));
      terms.forEach(term -> scales.add(term.weight() * request.guidanceScale()));
    }
    terms.forEach(term -> schedules.add(PromptSchedule.of(term.text(), request.steps())));
    Set<String> texts = new LinkedHashSet<>();
    for (PromptSchedule schedule : schedules) {
      schedule.spans().forEach(span -> texts.add(span.text()));
    }
    List<String> distinct = List.copyOf(texts);
    try {
      NDArray states = encoder.encode(manager, distinct, request.clipSkip(), embeddings);
      return new Conditioning(scales, schedules, distinct, states, request.batchSize());
    } catch (EmbeddingWidthException e) {
      throw new InvalidRequestException("prompt", e.getMessage());
    }
  }

  /** Guidance scale of each prompt that {@link #at} has behind the negative one; none for none. */
  List<Double> scales() {
    return scales;
  }

  /**
   * The hidden states of a step.
   *
   * @param step from 0
   * @return [(p + 1) × n, tokens, d] for p prompts and n pictures, first the negative prompt's; [n,
   *     tokens, d] without guidance. Good until the next call
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
