package dev.atelier.models.text;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import com.google.gson.JsonArray;
import com.google.gson.JsonParser;
import dev.atelier.models.weights.SafetensorsFile;
import dev.atelier.models.weights.WeightsException;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ClipTokenizerTest {
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

  @Test
  void idsAreTheReferences() throws IOException {
    JsonArray prompts =
        JsonParser.parseString(Files.readString(golden("expected.json")))
            .getAsJsonObject()
            .getAsJsonObject("meta")
            .getAsJsonArray("prompts");
    try (NDManager manager = NDManager.newBaseManager();
        SafetensorsFile expected = SafetensorsFile.open(golden("expected.safetensors"))) {
      NDArray tokens = expected.read(manager, "tokens", DataType.INT64);
      assertEquals(prompts.size(), tokens.getShape().get(0));
      for (int i = 0; i < prompts.size(); i++) {
        String prompt = prompts.get(i).getAsString();
        assertArrayEquals(tokens.get(i).toLongArray(), clip.encode(prompt), prompt);
      }
    }
  }

  @Test
  void shortPromptsArePadded() {
    long[] words = {49406, 320, 1125, 539, 48136, 2308, 1710, 49407};
    long[] ids = clip.encode("a photo of sks woman face");
    assertArrayEquals(words, Arrays.copyOf(ids, 8));
    assertArrayEquals(padding(49407, 69), Arrays.copyOfRange(ids, 8, ClipTokenizer.LENGTH));
  }

  @Test
  void longPromptsKeepTheirEnds() {
    String longest = "a ".repeat(75);
    assertEquals(75, clip.tokenCount(longest));
    assertFalse(clip.truncated(longest));
    assertEquals(76, clip.tokenCount(longest + "b"));
    assertTrue(clip.truncated(longest + "b"));
    assertArrayEquals(clip.encode(longest), clip.encode(longest + "b"));

    long[] ids = clip.encode("word ".repeat(2000));
    assertEquals(49406, ids[0]);
    assertEquals(49407, ids[76]);
    assertEquals(1, Arrays.stream(ids).filter(id -> id == 49407).count());
    assertEquals(2000, clip.tokenCount("word ".repeat(2000)));
  }

  @ParameterizedTest
  @CsvSource({
    "A  PHOTO,a photo",
    "'a\tphoto\n',a photo",
    "cafe\u0301,caf\u00e9",
    "'\u3000a\u00a0photo',a photo",
  })
  void spellingsOfTheSameAreTheSame(String text, String same) {
    assertArrayEquals(clip.encode(same), clip.encode(text));
  }

  @Test
  void htmlEntitiesStayAsWritten() {
    assertEquals(3, clip.tokenCount("&amp;"));
    assertEquals(1, clip.tokenCount("&"));
  }

  @Test
  void emptyPromptsHaveNoTokens() {
    assertEquals(0, clip.tokenCount(""));
    assertEquals(0, clip.tokenCount(" \n "));
    assertEquals(49407, clip.encode("")[1]);
  }

  @Test
  void aFolderOfTheStandardVocabularyIsTheStandardTokenizer() throws IOException {
    ClipVocabulary.standard().writeTo(folder);
    try (ClipTokenizer tokenizer = ClipTokenizer.open(folder)) {
      String text = "Hello,   WORLD!! it's 2 o'clock — naïve café 😀 <b>x</b>";
      assertArrayEquals(clip.encode(text), tokenizer.encode(text));
      assertEquals(49408, tokenizer.vocabularySize());
    }
  }

  @Test
  void storybookHasAVocabularyOfItsOwn() {
    // tests run in the module's folder
    try (ClipTokenizer tokenizer = ClipTokenizer.open(Path.of("storybook", "tokenizer"))) {
      assertEquals(1073, tokenizer.vocabularySize());
      long[] ids = tokenizer.encode("detailed");
      assertArrayEquals(ids(1071, new long[] {957, 1072}, 1072), ids);
      // every byte has a token, so that nothing is unknown
      assertTrue(
          Arrays.stream(tokenizer.encode("日本語 😀")).skip(1).limit(10).max().orElse(1072) < 1071);
    }
  }

  @Test
  void aVocabularyOfItsOwnBringsItsOwnSpecialTokens() throws IOException {
    smallVocabulary();
    try (ClipTokenizer tokenizer = ClipTokenizer.open(folder)) {
      // a, b and their pair at the end of a word; start, end and "!" for padding
      assertArrayEquals(ids(4, new long[] {2, 0, 1, 5}, 6), tokenizer.encode("ab a b"));
      assertEquals(7, tokenizer.vocabularySize());
      // 'c' has no token of its own: unk_token stands for it
      assertArrayEquals(ids(4, new long[] {5, 5}, 6), tokenizer.encode("c"));
    }
  }

  @Test
  void addedTokensAreFoundBeforeWordsAreCut() throws IOException {
    smallVocabulary();
    write("added_tokens.json", "{\"<a-b>\": 9}");
    try (ClipTokenizer tokenizer = ClipTokenizer.open(folder)) {
      assertArrayEquals(ids(4, new long[] {0, 9, 1, 5}, 6), tokenizer.encode("a<A-b> b"));
      assertEquals(10, tokenizer.vocabularySize());
    }
  }

  @Test
  void tokenizerJsonAloneIsEnough() throws IOException {
    TokenizerJson json =
        TokenizerJson.of(ClipVocabulary.standard(), Map.of(), SpecialTokens.STANDARD);
    json.json()
        .add(
            "truncation",
            JsonParser.parseString(
                "{\"max_length\": 5, \"stride\": 0,"
                    + "\"strategy\": \"LongestFirst\", \"direction\": \"Right\"}"));
    write("tokenizer.json", json.json().toString());
    try (ClipTokenizer tokenizer = ClipTokenizer.open(folder)) {
      String text = "a photo of sks woman face, 4K";
      assertArrayEquals(clip.encode(text), tokenizer.encode(text));
    }
  }

  @Test
  void specialTokensInAPromptAreThemselves() {
    assertEquals(3, clip.tokenCount("a<|endoftext|>b"));
    assertEquals(49407, clip.encode("a<|endoftext|>b")[2]);
  }

  @ParameterizedTest
  @ValueSource(strings = {"vocab.json", "merges.txt"})
  void missingFilesAreNamed(String file) throws IOException {
    smallVocabulary();
    Files.delete(folder.resolve(file));
    WeightsException e = assertThrows(WeightsException.class, () -> ClipTokenizer.open(folder));
    assertTrue(e.getMessage().contains(file + ": this file is missing"), e.getMessage());
  }

  @Test
  void unreadableTextIsNamed() throws IOException {
    smallVocabulary();
    Files.write(folder.resolve("merges.txt"), new byte[] {'a', (byte) 0xFF, 'b'});
    WeightsException e = assertThrows(WeightsException.class, () -> ClipTokenizer.open(folder));
    assertTrue(e.getMessage().contains("merges.txt: it is not text in UTF-8."), e.getMessage());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"model\": {\"vocab\": [[\"a\", 0]]}}",
        "{\"model\": {\"type\": \"Nonsense\", \"vocab\": {\"<|startoftext|>\": 0,"
            + " \"<|endoftext|>\": 1}}}"
      })
  void damagedTokenizerJsonIsNamed(String json) throws IOException {
    write("tokenizer.json", json);
    WeightsException e = assertThrows(WeightsException.class, () -> ClipTokenizer.open(folder));
    assertTrue(e.getMessage().contains("tokenizer.json: "), e.getMessage());
  }

  @Test
  void severalThreadsMayAsk() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      var counts =
          threads.invokeAll(
              IntStream.range(0, 200)
                  .<Callable<Integer>>mapToObj(i -> () -> clip.tokenCount("cat ".repeat(i)))
                  .toList());
      for (int i = 0; i < counts.size(); i++) {
        assertEquals(i, counts.get(i).get());
      }
    } finally {
      threads.shutdown();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "vocab.json   | [1]                      | it is not one JSON object.",
        "vocab.json   | {\"a\": 0                | it is not valid JSON.",
        "vocab.json   | {\"a\": \"x\"}           | its token a has no usable id.",
        "vocab.json   | {\"a\": -1}              | its token a has no usable id.",
        "vocab.json   | {\"a\": 1e300}           | its token a has no usable id.",
        "vocab.json   | {\"a\": 0}               | its line \"a b</w>\" does not fit vocab.json",
        "merges.txt   | a                        | its line \"a\" does not fit vocab.json",
        "merges.txt   | a b c                    | its line \"a b c\" does not fit vocab.json",
        "merges.txt   | x y                      | its line \"x y\" does not fit vocab.json",
        "tokenizer_config.json | {\"pad_token\": \"<pad>\", \"bos_token\": \"a\",  \"eos_token\": \"a\"} | it has no token <pad>.",
        "tokenizer_config.json | nonsense,       | it is not valid JSON.",
        "added_tokens.json | {\"x\": {}}         | its token x has no usable id.",
      })
  void damagedFilesAreNamed(String file, String content, String fault) throws IOException {
    smallVocabulary();
    write(file, content);
    WeightsException e = assertThrows(WeightsException.class, () -> ClipTokenizer.open(folder));
    assertTrue(e.getMessage().contains(fault), e.getMessage());
  }

  private void smallVocabulary() throws IOException {
    write(
        "vocab.json",
        "{\"a</w>\": 0, \"b</w>\": 1, \"ab</w>\": 2, \"a\": 3, \"<s>\": 4, \"</s>\": 5, \"!\": 6}");
    write("merges.txt", "#version: 0.2\na b</w>\n\n");
    write(
        "tokenizer_config.json",
        "{\"bos_token\": {\"content\": \"<s>\"}, \"eos_token\": \"</s>\", \"unk_token\": \"</s>\","
            + " \"pad_token\": \"!\"}");
  }

  private void write(String name, String content) throws IOException {
    Files.writeString(folder.resolve(name), content);
  }

  private static long[] ids(long start, long[] then, long padding) {
    return LongStream.concat(
            LongStream.concat(LongStream.of(start), Arrays.stream(then)),
            Arrays.stream(padding(padding, ClipTokenizer.LENGTH - 1 - then.length)))
        .toArray();
  }

  private static long[] padding(long id, int count) {
    return LongStream.generate(() -> id).limit(count).toArray();
  }

  private static Path golden(String name) {
    try {
      return Path.of(ClipTokenizerTest.class.getResource("/golden/" + name).toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }
}
