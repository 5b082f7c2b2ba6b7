package dev.atelier.models.text;

import dev.atelier.models.text.PromptChunk.Placed;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;

/**
 * Fills a prompt's tokens into chunks of {@value ClipTokenizer#MAX_TOKENS}, as AUTOMATIC1111 does
 * ({@code tokenize_line} in {@code modules/sd_hijack_clip.py}): a chunk that is full ends at its
 * last comma when there is one among its last {@value #COMMA_REACH} tokens, and {@code BREAK} ends
 * one early. An embedding is never cut in two, and it moves along when the tokens behind a comma
 * do.
 */
final class PromptChunks {
  /** AUTOMATIC1111's {@code comma_padding_backtrack}. */
  static final int COMMA_REACH = 20;

  private static final int SIZE = ClipTokenizer.MAX_TOKENS;

  /** Stands where an embedding's vectors will be; every vocabulary has this id. */
  private static final long HOLE = 0;

  /** A place in a chunk. */
  private record Place(long id, double weight, Optional<Embedding> begins) {}

  private final ClipTokenizer tokenizer;
  private final Embeddings embeddings;
  private final List<PromptChunk> chunks = new ArrayList<>();
  private List<Place> places = new ArrayList<>();
  private int lastComma = -1;
  private int tokens;

  private PromptChunks(ClipTokenizer tokenizer, Embeddings embeddings) {
    this.tokenizer = tokenizer;
    this.embeddings = embeddings;
  }

  /**
   * The chunks of a text, at least one.
   *
   * @param text without editing
   * @throws dev.atelier.models.weights.WeightsException when an embedding that it names cannot be
   *     used
   */
  static List<PromptChunk> of(String text, ClipTokenizer tokenizer, Embeddings embeddings) {
    return packed(text, tokenizer, embeddings).chunks;
  }

  /**
   * How many tokens a text has: a chunk that ended early counts as full, as AUTOMATIC1111 counts.
   */
  static int tokens(String text, ClipTokenizer tokenizer, Embeddings embeddings) {
    return packed(text, tokenizer, embeddings).tokens;
  }

  /** A chunk without tokens. */
  static PromptChunk empty(ClipTokenizer tokenizer) {
    return of("", tokenizer, Embeddings.NONE).get(0);
  }

  private static PromptChunks packed(String text, ClipTokenizer tokenizer, Embeddings embeddings) {
    PromptChunks packed = new PromptChunks(tokenizer, embeddings);
    for (PromptPart part : PromptWeights.parse(text)) {
      if (part instanceof PromptPart.Words words) {
        packed.add(words);
      } else {
        packed.nextChunk();
      }
    }
    if (!packed.places.isEmpty() || packed.chunks.isEmpty()) {
      int last = packed.places.size();
      packed.nextChunk();
      packed.tokens += last - SIZE;
    }
    return packed;
  }

  private void add(PromptPart.Words words) {
    long[] ids = tokenizer.tokens(words.text());
    Embeddings.Matcher named = embeddings.matcher(words.text(), tokenizer);
    int at = 0;
    while (at < ids.length) {
      makeRoom(ids[at]);
      Optional<Embeddings.Match> match = named.at(ids, at);
      if (match.isPresent()) {
        add(match.get().embedding(), words.weight());
        at += match.get().tokens();
      } else {
        places.add(new Place(ids[at], words.weight(), Optional.empty()));
        at++;
      }
    }
  }

  /** Begins a chunk when this one is full; what stands behind a near comma goes along. */
  private void makeRoom(long next) {
    if (next == tokenizer.comma()) {
      lastComma = places.size();
    } else if (places.size() == SIZE && lastComma >= 0 && SIZE - lastComma <= COMMA_REACH) {
      List<Place> moved = List.copyOf(places.subList(lastComma + 1, SIZE));
      places.subList(lastComma + 1, SIZE).clear();
      nextChunk();
      places.addAll(moved);
    }
    if (places.size() == SIZE) {
      nextChunk();
    }
  }

  private void add(Embedding embedding, double weight) {
    if (places.size() + embedding.vectors() > SIZE) {
      nextChunk();
    }
    places.add(new Place(HOLE, weight, Optional.of(embedding)));
    Place more = new Place(HOLE, weight, Optional.empty());
    places.addAll(Collections.nCopies(embedding.vectors() - 1, more));
  }

  private void nextChunk() {
    long[] ids = new long[ClipTokenizer.LENGTH];
    double[] weights = new double[ClipTokenizer.LENGTH];
    Arrays.fill(ids, tokenizer.padding());
    Arrays.fill(weights, 1);
    List<Placed> placed = new ArrayList<>();
    ids[0] = tokenizer.start();
    for (int i = 0; i < places.size(); i++) {
      int at = i + 1;
      ids[at] = places.get(i).id();
      weights[at] = places.get(i).weight();
      places.get(i).begins().ifPresent(embedding -> placed.add(new Placed(at, embedding)));
    }
    ids[places.size() + 1] = tokenizer.end();
    chunks.add(
        new PromptChunk(
            LongStream.of(ids).boxed().toList(), Arrays.stream(weights).boxed().toList(), placed));
    places = new ArrayList<>();
    lastComma = -1;
    tokens += SIZE;
  }
}
