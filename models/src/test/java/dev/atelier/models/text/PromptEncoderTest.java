package dev.atelier.models.text;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import com.google.gson.JsonParser;
import dev.atelier.models.Golden;
import dev.atelier.models.engine.ComputeDevice;
import dev.atelier.models.nn.ClipTextEncoder;
import dev.atelier.models.weights.Component;
import dev.atelier.models.weights.DiffusersFolder;
import dev.atelier.models.weights.TorchEmbedding;
import dev.atelier.models.weights.WeightSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Prompts through the reference's text encoder. */
class PromptEncoderTest {
  private static final double TOLERANCE = 2e-4;
  private static final int FOX = 3; // its place in the ids of "a red fox": behind start, a, red

  private static ComputeDevice device;
  private static Golden golden;
  private static DiffusersFolder model;
  private static PromptEncoder encoder;

  @TempDir Path folder;
  private NDScope scope;

  @BeforeAll
  static void open() {
    device = ComputeDevice.open().inFloat32();
    golden = new Golden(device.manager());
    model = DiffusersFolder.open(Golden.file("model"));
    encoder = new PromptEncoder(ClipTokenizer.standard(), textEncoder());
  }

  private static ClipTextEncoder textEncoder() {
    return ClipTextEncoder.load(
        () -> model.open(Component.TEXT_ENCODER), model.textEncoder(), device);
  }

  @AfterAll
  static void close() {
    encoder.close();
    golden.close();
    device.close();
  }

  @BeforeEach
  void openScope() {
    scope = new NDScope();
    scope.suppressNotUsedWarning();
  }

  @AfterEach
  void closeScope() {
    scope.close();
  }

  private static NDArray encode(String... texts) {
    return encoder.encode(device.manager(), List.of(texts));
  }

  private static void assertSame(NDArray wanted, NDArray actual) {
    assertEquals(wanted.getShape(), actual.getShape());
    assertArrayEquals(wanted.toFloatArray(), actual.toFloatArray());
  }

  private static float distance(NDArray a, NDArray b) {
    return a.sub(b).abs().max().getFloat();
  }

  /** The reference's prompts, but for one that it cuts off. */
  @ParameterizedTest
  @CsvSource({"1, text.last_hidden", "2, text.hidden_m2"})
  void plainPromptsAreTheReferences(int clipSkip, String tensor) throws IOException {
    List<String> prompts = new ArrayList<>();
    var wanted = new NDList();
    var all =
        JsonParser.parseString(Files.readString(Golden.file("expected.json")))
            .getAsJsonObject()
            .getAsJsonObject("meta")
            .getAsJsonArray("prompts");
    for (int i = 0; i < all.size(); i++) {
      String prompt = all.get(i).getAsString();
      if (PromptChunks.of(prompt, ClipTokenizer.standard(), Embeddings.NONE).size() == 1) {
        prompts.add(prompt);
        wanted.add(golden.get(tensor).get(i));
      }
    }
    assertTrue(prompts.size() > 4);
    NDArray states = encoder.encode(device.manager(), prompts, clipSkip, Embeddings.NONE);
    for (int i = 0; i < prompts.size(); i++) {
      assertTrue(distance(wanted.get(i), states.get(i)) < TOLERANCE, prompts.get(i));
    }
  }

  @Test
  void plainPromptsGoThroughUntouched() {
    String[] prompts = {"blurry, low quality", "a photo of sks woman face"};
    long[][] ids = new long[2][];
    try (ClipTokenizer clip = ClipTokenizer.standard();
        var plain = textEncoder()) {
      for (int i = 0; i < 2; i++) {
        ids[i] = clip.encode(prompts[i]);
      }
      assertSame(plain.forward(device.manager().create(ids)), encode(prompts));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"a (red:1.0) fox", "a [(red)] fox", "(a red fox:1)", "a red \\fox"})
  void aWeightOfOneIsNone(String prompt) {
    assertSame(encode("a red fox"), encode(prompt));
  }

  @Test
  void aWeightMultipliesItsWordsAndTheMeanStays() {
    NDArray plain = encode("a red fox");
    NDArray weighted = encode("a red (fox:1.5)");
    assertEquals(plain.mean().getFloat(), weighted.mean().getFloat(), 1e-5);
    // Everything has the same factor, which brings the mean back, and the word 1.5 times that.
    float restored = weighted.get(0).div(plain.get(0)).get(0).mean().getFloat();
    NDArray factors = weighted.div(plain).get(0).div(restored);
    for (int token = 0; token < ClipTokenizer.LENGTH; token++) {
      float factor = factors.get(token).mean().getFloat();
      assertEquals(token == FOX ? 1.5 : 1, factor, 1e-3, "token " + token);
    }
  }

  @Test
  void onlyTheWeightedPromptOfSeveralIsTouched() {
    NDArray plain = encode("blurry", "a red fox");
    NDArray weighted = encode("blurry", "a (red:1.5) fox");
    assertSame(plain.get(0), weighted.get(0));
    assertTrue(distance(plain.get(1), weighted.get(1)) > 1e-3);
  }

  @Test
  void twoChunksAreTheChunksAlone() {
    NDArray both = encode("a red fox BREAK in the [snow]");
    assertEquals(new Shape(1, 154, encoder.width()), both.getShape());
    assertTrue(distance(encode("a red fox"), both.get(":, :77")) < 1e-6);
    assertTrue(distance(encode("in the [snow]"), both.get(":, 77:")) < 1e-6);
  }

  @Test
  void aPromptOfFewerChunksIsFilledUpWithEmptyOnes() {
    NDArray states = encode("blurry", "word ".repeat(160));
    assertEquals(new Shape(2, 3 * 77, encoder.width()), states.getShape());
    assertTrue(distance(encode("blurry"), states.get("0:1, :77")) < 1e-6);
    for (String chunk : List.of("77:154", "154:")) {
      assertTrue(distance(encode(""), states.get("0:1, " + chunk)) < 1e-6);
    }
  }

  /** More chunks than go through the network at once. */
  @Test
  void longPromptsAreEncodedInPieces() {
    NDArray states = encode("fox " + "word ".repeat(75 * 20), "red " + "word ".repeat(75 * 20));
    assertEquals(new Shape(2, 21 * 77, encoder.width()), states.getShape());
    NDArray last = encode("word").get(0);
    assertTrue(distance(last, states.get(0).get(20 * 77 + ":")) < 1e-6);
    assertTrue(distance(last, states.get(1).get(20 * 77 + ":")) < 1e-6);
  }

  private Embeddings embedding(String name, String key, NDArray vectors) {
    return new Embeddings(
        List.of(
            EmbeddingFiles.write(
                folder.resolve(name + ".safetensors"),
                key,
                (int) vectors.size(0),
                (int) vectors.size(1),
                vectors.toFloatArray())));
  }

  /** The vectors that the encoder has for words. */
  private NDArray vectorsOf(String words) {
    try (ClipTokenizer clip = ClipTokenizer.standard();
        WeightSource source = model.open(Component.TEXT_ENCODER)) {
      NDArray table =
          source.read(device.manager(), "embeddings.token_embedding.weight", DataType.FLOAT32);
      var rows = new NDList();
      for (long id : clip.tokens(words)) {
        rows.add(table.get(id));
      }
      return NDArrays.stack(rows);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "emb_params, a photo of my-animal in the snow",
    "<my-animal>, 'A photo of MY-ANIMAL, in the snow'",
  })
  void anEmbeddingOfAWordsVectorsIsThatWord(String key, String prompt) {
    Embeddings embeddings = embedding("my-animal", key, vectorsOf("red fox"));
    assertSame(
        encode(prompt.replaceFirst("(?i)my-animal", "red fox")),
        encoder.encode(device.manager(), List.of(prompt), 1, embeddings));
  }

  @Test
  void anEmbeddingThatA1111TrainedIsUsedByItsFilesName() throws IOException {
    NDArray vectors = vectorsOf("red fox");
    Path file =
        TorchEmbedding.write(
            folder.resolve("my-animal.pt"), 2, encoder.width(), vectors.toFloatArray());
    assertSame(
        encode("a photo of (red fox:1.2)"),
        encoder.encode(
            device.manager(),
            List.of("a photo of (my-animal:1.2)"),
            1,
            new Embeddings(List.of(file))));
  }

  @Test
  void embeddingsFindTheirPlacesInEveryChunkAndPrompt() {
    Embeddings embeddings = embedding("zyx", "emb_params", vectorsOf("red fox"));
    List<String> prompts = List.of("no zyx", "a zyx BREAK and (zyx:1.2) and zyx");
    List<String> plain = prompts.stream().map(prompt -> prompt.replace("zyx", "red fox")).toList();
    assertSame(
        encode(plain.toArray(String[]::new)),
        encoder.encode(device.manager(), prompts, 1, embeddings));
  }

  @Test
  void anEmbeddingOfAnotherWidthIsRefusedByName() {
    NDArray wide = device.manager().zeros(new Shape(2, 1024));
    Embeddings embeddings = embedding("sdxl-style", "emb_params", wide);
    encoder.encode(device.manager(), List.of("a red fox"), 1, embeddings); // nobody asks for it
    String message =
        assertThrows(
                EmbeddingWidthException.class,
                () -> encoder.encode(device.manager(), List.of("a fox, sdxl-style"), 1, embeddings))
            .getMessage();
    assertTrue(message.contains("“sdxl-style”") && message.contains("1024"), message);
  }
}
