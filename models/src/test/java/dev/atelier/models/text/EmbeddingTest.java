package dev.atelier.models.text;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.atelier.models.weights.WeightsException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EmbeddingTest {
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

  private Path write(String name, int vectors, int width) {
    return EmbeddingFiles.write(folder.resolve(name + ".safetensors"), vectors, width);
  }

  @Test
  void isKnownByItsFileAndItsShape() {
    Embedding embedding = Embedding.open(write("Easy.Negative", 8, 768));
    assertEquals("Easy.Negative", embedding.name());
    assertEquals(8, embedding.vectors());
    assertEquals(768, embedding.width());
  }

  /** {@code printf abc | sha256sum}. */
  @Test
  void itsShortHashIsTheBeginningOfItsFiles() throws IOException {
    Path file = Files.writeString(folder.resolve("abc.safetensors"), "abc");
    assertEquals("ba7816bf8f01", new Embedding("abc", file, "x", 1, 1).shortHash());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"a":{"dtype":"U8","shape":[1,1],"data_offsets":[0,1]},"b":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}} | it has 2 tensors
          {"clip_l":{"dtype":"U8","shape":[1,1],"data_offsets":[0,1]},"clip_g":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}} | Stable Diffusion XL
          {"a":{"dtype":"U8","shape":[1,1,2],"data_offsets":[0,2]}} | not an embedding
          {"a":{"dtype":"U8","shape":[2,0],"data_offsets":[0,0]}}   | not an embedding
          {"a":{"dtype":"U8","shape":[],"data_offsets":[0,1]}}      | not an embedding
          {"a":{"dtype":"U8","shape":[76,1],"data_offsets":[0,76]}} | up to 75
          {}                                                        | it has 0 tensors
          """)
  void whatIsNoEmbeddingIsRefused(String header, String fault) throws IOException {
    Path file = folder.resolve("x.safetensors");
    int data = Integer.parseInt(header.replaceFirst(".*,(\\d+)]}}$", "$1").replace("{}", "0"));
    byte[] bytes = new byte[Long.BYTES + header.length() + data];
    bytes[0] = (byte) header.length(); // all are shorter than 256
    System.arraycopy(header.getBytes(UTF_8), 0, bytes, Long.BYTES, header.length());
    Files.write(file, bytes);
    String message = assertThrows(WeightsException.class, () -> Embedding.open(file)).getMessage();
    assertTrue(message.contains("x.safetensors: ") && message.contains(fault), message);
  }

  private static String named(Embeddings embeddings, String text) {
    PromptChunks.of(text, clip, embeddings);
    return String.join(" ", embeddings.named().stream().map(Embedding::name).toList());
  }

  @ParameterizedTest
  @CsvSource({
    "a fox, ''",
    "'a fox, style', style",
    "STYLE of a fox, style",
    "a style-two fox, style-two",
    "'style-two, style', style-two style",
    "'style, style', style",
    "a stylefox, ''",
    "a my  style fox, style", // as words of its own
    "(style:1.2) [style-two], style style-two",
  })
  void theLongestNameAtATokenIsMeant(String text, String names) {
    var files = List.of(write("style", 1, 4), write("style-two", 2, 4));
    assertEquals(names, named(new Embeddings(files), text));
  }

  @Test
  void ofOneNameTheFirstIsTaken() throws IOException {
    Path first = write("style", 1, 4);
    Path other = Files.createDirectory(folder.resolve("more")).resolve("Style.safetensors");
    EmbeddingFiles.write(other, 3, 4);
    var embeddings = new Embeddings(List.of(first, other));
    assertEquals("style", named(embeddings, "a Style"));
    assertEquals(1, embeddings.named().get(0).vectors());
  }

  @Test
  void aBrokenFileDisturbsOnlyWhoNamesIt() throws IOException {
    Path broken = Files.writeString(folder.resolve("broken.safetensors"), "no");
    var embeddings = new Embeddings(List.of(broken));
    assertEquals("", named(embeddings, "a heartbroken fox"));
    assertThrows(WeightsException.class, () -> named(embeddings, "a broken fox"));
  }
}
