package dev.atelier.models.text;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PromptChunksTest {
  private static final long END = 49407;
  private static ClipTokenizer clip;

  @TempDir Path folder;

  @BeforeAll
  static void open() {
    clip = ClipTokenizer.standard();
  }

  @AfterAll
  static void close() {
    clip.close();
  }

  private static List<PromptChunk> chunks(String text) {
    return PromptChunks.of(text, clip, Embeddings.NONE);
  }

  private static long[] ids(PromptChunk chunk) {
    return chunk.ids().stream().mapToLong(Long::longValue).toArray();
  }

  /** Tokens of a chunk before its first end. */
  private static int length(PromptChunk chunk) {
    return chunk.ids().indexOf(END) - 1;
  }

  private static List<Integer> lengths(String text) {
    return chunks(text).stream().map(PromptChunksTest::length).toList();
  }

  private static String words(int n) {
    return "word ".repeat(n);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a photo of sks woman face", "naïve café 😀 <b>x</b> &amp;, 日本語"})
  void aShortPlainPromptIsWhatTheTokenizerMakesOfIt(String prompt) {
    assertEquals(1, chunks(prompt).size());
    assertArrayEquals(clip.encode(prompt), ids(chunks(prompt).get(0)));
    assertEquals(Collections.nCopies(77, 1.0), chunks(prompt).get(0).weights());
  }

  @Test
  void seventyFiveTokensAreOneChunkAndOneMoreIsAnother() {
    assertEquals(List.of(75), lengths(words(75)));
    assertEquals(List.of(75, 1), lengths(words(76)));
    assertEquals(List.of(75, 75, 50), lengths(words(200)));
    assertArrayEquals(clip.encode(words(1)), ids(chunks(words(76)).get(1)));
  }

  /** The comma is the token before the words that follow it. */
  @ParameterizedTest
  @CsvSource({
    "70, 10, '71,10'", // 71 tokens with the comma: what follows begins the next chunk
    "54, 25, '75,5'", // the comma is the 55th: too far back
    "55, 25, '56,25'", // the 56th: the last 19 words go along
    "74, 5, '75,5'",
    "75, 5, '75,6'", // the comma itself has no room
  })
  void aFullChunkEndsAtANearComma(int before, int after, String lengths) {
    String prompt = words(before).strip() + ", " + words(after);
    assertEquals(lengths, String.join(",", lengths(prompt).stream().map(String::valueOf).toList()));
  }

  @Test
  void weightsGoAlongBehindAComma() {
    List<PromptChunk> chunks = chunks(words(70).strip() + ", (red fox:1.5) " + words(10));
    assertEquals(List.of(1.5, 1.5, 1.0), chunks.get(1).weights().subList(1, 4));
    assertEquals(Collections.nCopies(77, 1.0), chunks.get(0).weights());
  }

  @Test
  void breakBeginsAChunk() {
    assertEquals(List.of(2, 2), lengths("red fox BREAK blue dog"));
    assertEquals(List.of(2, 0, 2), lengths("red fox BREAK BREAK blue dog"));
    assertEquals(List.of(0, 2), lengths("BREAK red fox"));
    assertEquals(List.of(2), lengths("red fox BREAK"));
    assertArrayEquals(clip.encode("blue dog"), ids(chunks("red fox BREAK blue dog").get(1)));
  }

  @Test
  void weightsFollowTheirWords() {
    PromptChunk chunk = chunks("a (red fox:1.3) and [dog]").get(0);
    assertArrayEquals(clip.encode("a red fox and dog"), ids(chunk));
    assertEquals(List.of(1.0, 1.0, 1.3, 1.3, 1.0, 1 / 1.1, 1.0), chunk.weights().subList(0, 7));
  }

  @ParameterizedTest
  @CsvSource({
    "'', 0",
    "a red fox, 3",
    "(a:1.2) [red] fox, 3",
    "red fox BREAK blue dog, 77",
    "red fox BREAK, 75",
  })
  void aChunkThatEndsEarlyCountsAsFull(String prompt, int tokens) {
    assertEquals(tokens, PromptChunks.tokens(prompt, clip, Embeddings.NONE));
  }

  @Test
  void everyTokenCountsInALongPrompt() {
    assertEquals(200, PromptChunks.tokens(words(200), clip, Embeddings.NONE));
  }

  private Embeddings embeddings(String name, int vectors) {
    return new Embeddings(
        List.of(EmbeddingFiles.write(folder.resolve(name + ".safetensors"), vectors, 8)));
  }

  @Test
  void anEmbeddingTakesAsManyPlacesAsItHasVectors() {
    Embeddings embeddings = embeddings("my-style", 3);
    List<PromptChunk> chunks = PromptChunks.of("a fox, My-Style (my-style:1.2)", clip, embeddings);
    assertEquals(3 + 3 + 3, length(chunks.get(0)));
    assertEquals(
        List.of(4, 7), chunks.get(0).placed().stream().map(PromptChunk.Placed::at).toList());
    assertEquals(List.of(1.0, 1.2, 1.2, 1.2, 1.0), chunks.get(0).weights().subList(6, 11));
    assertEquals("my-style", embeddings.named().get(0).name());
    assertEquals(9, PromptChunks.tokens("a fox, my-style my-style", clip, embeddings));
  }

  @Test
  void anEmbeddingIsNotCutInTwo() {
    Embeddings embeddings = embeddings("zyx", 4);
    List<PromptChunk> chunks = PromptChunks.of(words(73) + "zyx fox", clip, embeddings);
    assertEquals(List.of(73, 5), chunks.stream().map(PromptChunksTest::length).toList());
    assertEquals(1, chunks.get(1).placed().get(0).at());
  }

  @Test
  void anEmbeddingGoesAlongBehindAComma() {
    Embeddings embeddings = embeddings("zyx", 4);
    String prompt = words(68).strip() + ", zyx " + words(5);
    List<PromptChunk> chunks = PromptChunks.of(prompt, clip, embeddings);
    assertEquals(List.of(69, 9), chunks.stream().map(PromptChunksTest::length).toList());
    assertEquals(0, chunks.get(0).placed().size());
    assertEquals(1, chunks.get(1).placed().get(0).at());
  }
}
