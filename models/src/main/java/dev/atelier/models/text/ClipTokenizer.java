package dev.atelier.models.text;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.djl.huggingface.tokenizers.jni.LibUtils;
import com.google.gson.JsonObject;
import dev.atelier.models.weights.WeightsException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Turns a prompt into the token ids that a CLIP text encoder takes. Normalises and splits as the
 * {@code CLIPTokenizer} of transformers 5: Unicode NFC, runs of white space as one space, lower
 * case; HTML entities stay as they are written. May be used by several threads at once.
 */
public final class ClipTokenizer implements AutoCloseable {
  /** Ids a text encoder takes: start of text, up to 75 tokens, end of text, padding. */
  public static final int LENGTH = 77;

  /** Tokens of a prompt that a text encoder sees at once. */
  public static final int MAX_TOKENS = LENGTH - 2;

  private static final String CONFIG_FILE = "tokenizer_config.json";
  private static final String FAST_FILE = "tokenizer.json";
  private static final String ADDED_FILE = "added_tokens.json";

  private static final String COMMA = "," + ClipVocabulary.END_OF_WORD;

  private static final String FLAVOR = "RUST_FLAVOR";

  /** Nothing is added or cut by the library: this class does it, the same for every file. */
  private static final Map<String, String> OPTIONS =
      Map.of("addSpecialTokens", "false", "padding", "false", "truncation", "false");

  private final HuggingFaceTokenizer tokenizer;
  private final int start;
  private final int end;
  private final int padding;
  private final int comma;
  private final int vocabularySize;

  private ClipTokenizer(
      HuggingFaceTokenizer tokenizer,
      int start,
      int end,
      int padding,
      int comma,
      int vocabularySize) {
    this.tokenizer = tokenizer;
    this.start = start;
    this.end = end;
    this.padding = padding;
    this.comma = comma;
    this.vocabularySize = vocabularySize;
  }

  /**
   * The tokenizer of CLIP's own vocabulary, for checkpoints that bring none.
   *
   * @throws ai.djl.engine.EngineException when the native library cannot be loaded
   */
  public static ClipTokenizer standard() {
    return create(standardSource());
  }

  /**
   * Opens a diffusers {@code tokenizer} folder: {@code vocab.json} and {@code merges.txt}, with the
   * tokens of {@code added_tokens.json} where there are any; or {@code tokenizer.json} where one of
   * the two is missing. {@code tokenizer_config.json} names start, end and padding.
   *
   * @throws WeightsException when a file is missing or damaged
   * @throws ai.djl.engine.EngineException when the native library cannot be loaded
   */
  public static ClipTokenizer open(Path folder) {
    return create(source(folder));
  }

  /**
   * A digest of what a tokenizer does: the same for two that give the same ids.
   *
   * @param folder its folder; empty for CLIP's own vocabulary
   * @throws WeightsException when a file is missing or damaged
   */
  public static String digest(Optional<Path> folder) {
    Source source = folder.map(ClipTokenizer::source).orElseGet(ClipTokenizer::standardSource);
    return source.json().digest(source.special());
  }

  /** What a tokenizer is made of. */
  private record Source(Path file, TokenizerJson json, SpecialTokens special) {}

  private static Source standardSource() {
    ClipVocabulary vocabulary = ClipVocabulary.standard();
    TokenizerJson json = TokenizerJson.of(vocabulary, Map.of(), SpecialTokens.STANDARD);
    return new Source(Path.of(FAST_FILE), json, SpecialTokens.STANDARD);
  }

  private static Source source(Path folder) {
    Path configFile = folder.resolve(CONFIG_FILE);
    SpecialTokens special =
        Files.exists(configFile)
            ? SpecialTokens.of(TokenizerFile.readObject(configFile))
            : SpecialTokens.STANDARD;
    Path vocabFile = folder.resolve(ClipVocabulary.VOCAB_FILE);
    Path mergesFile = folder.resolve(ClipVocabulary.MERGES_FILE);
    Path fastFile = folder.resolve(FAST_FILE);
    boolean both = Files.exists(vocabFile) && Files.exists(mergesFile);
    if (!both && Files.exists(fastFile)) {
      return new Source(fastFile, TokenizerJson.read(fastFile), special);
    }
    ClipVocabulary vocabulary = ClipVocabulary.read(folder);
    Path addedFile = folder.resolve(ADDED_FILE);
    Map<String, Integer> added = new HashMap<>();
    if (Files.exists(addedFile)) {
      added.putAll(TokenizerFile.ids(addedFile, TokenizerFile.readObject(addedFile)));
      added.keySet().removeAll(vocabulary.ids().keySet());
    }
    return new Source(vocabFile, TokenizerJson.of(vocabulary, added, special), special);
  }

  private static ClipTokenizer create(Source source) {
    Path file = source.file();
    TokenizerJson json = source.json();
    SpecialTokens special = source.special();
    int start = id(file, json, special.start());
    int end = id(file, json, special.end());
    int padding = id(file, json, special.padding());
    int size = Collections.max(json.ids().values()) + 1;
    int comma = json.ids().getOrDefault(COMMA, -1);
    return new ClipTokenizer(load(file, json.json()), start, end, padding, comma, size);
  }

  private static int id(Path file, TokenizerJson json, String token) {
    Integer id = json.ids().get(token);
    if (id == null) {
      throw new WeightsException(file, "it has no token " + token + ".");
    }
    return id;
  }

  private static HuggingFaceTokenizer load(Path file, JsonObject json) {
    // Where there is CUDA the library would fetch a build for it from the network. A property or
    // environment variable of the user's comes first.
    if (System.getProperty(FLAVOR) == null) {
      System.setProperty(FLAVOR, "cpu");
    }
    // Throws what is wrong with the native library, so that the file is not blamed for it.
    LibUtils.checkStatus();
    byte[] bytes = json.toString().getBytes(StandardCharsets.UTF_8);
    try {
      return HuggingFaceTokenizer.newInstance(new ByteArrayInputStream(bytes), OPTIONS);
    } catch (IOException | RuntimeException e) {
      throw new WeightsException(
          file, "a tokenizer cannot be made of it: " + e.getMessage() + ".", e);
    }
  }

  /**
   * The ids of a prompt that is cut off where it is too long.
   *
   * @param text any text
   * @return {@value #LENGTH} ids: start, the first {@value #MAX_TOKENS} tokens, end, padding
   */
  public long[] encode(String text) {
    long[] tokens = tokens(text);
    int kept = Math.min(tokens.length, MAX_TOKENS);
    long[] ids = new long[LENGTH];
    Arrays.fill(ids, padding);
    ids[0] = start;
    System.arraycopy(tokens, 0, ids, 1, kept);
    ids[kept + 1] = end;
    return ids;
  }

  /** Tokens of a prompt, without start and end, as long as it is. */
  public int tokenCount(String text) {
    return tokens(text).length;
  }

  /** Whether the end of a prompt is cut off. */
  public boolean truncated(String text) {
    return tokenCount(text) > MAX_TOKENS;
  }

  /** One more than the highest id; the rows that a text encoder's embedding needs. */
  public int vocabularySize() {
    return vocabularySize;
  }

  /** The ids of a text, without start and end, as many as there are. */
  long[] tokens(String text) {
    // Half a surrogate pair is no character and would not pass the native border.
    String valid = new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
    return tokenizer.encode(valid, false, false).getIds();
  }

  /** Begins what a text encoder sees. */
  int start() {
    return start;
  }

  /** Ends a text. */
  int end() {
    return end;
  }

  /** Fills up behind the end. */
  int padding() {
    return padding;
  }

  /** A comma that is a word; -1 where the vocabulary has none. */
  int comma() {
    return comma;
  }

  /** Frees the native tokenizer. */
  @Override
  public void close() {
    tokenizer.close();
  }
}
