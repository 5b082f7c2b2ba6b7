package dev.atelier.models.text;

import com.google.gson.JsonObject;
import dev.atelier.models.weights.WeightsException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;

/**
 * The byte-pair vocabulary of a CLIP tokenizer, as the files {@code vocab.json} and {@code
 * merges.txt} hold it.
 *
 * @param ids each token's id
 * @param merges pairs of tokens, separated by a space, that become one, first merge first
 */
public record ClipVocabulary(Map<String, Integer> ids, List<String> merges) {
  static final String START = "<|startoftext|>";
  static final String END = "<|endoftext|>";
  static final String VOCAB_FILE = "vocab.json";
  static final String MERGES_FILE = "merges.txt";

  /** Ends the last token of a word. */
  static final String END_OF_WORD = "</w>";

  private static final String MERGES_HEADER = "#version";
  private static final String STANDARD = "clip-merges.txt.gz";

  /** Keeps copies. */
  public ClipVocabulary {
    ids = Map.copyOf(ids);
    merges = List.copyOf(merges);
  }

  /**
   * CLIP's own vocabulary of 49,408 tokens, which Stable Diffusion 1.5 and every checkpoint made
   * from it use.
   */
  public static ClipVocabulary standard() {
    try (InputStream file = ClipVocabulary.class.getResourceAsStream(STANDARD);
        BufferedReader lines =
            new BufferedReader(
                new InputStreamReader(new GZIPInputStream(file), StandardCharsets.UTF_8))) {
      return ofMerges(lines.lines().toList());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Reads a diffusers {@code tokenizer} folder.
   *
   * @throws WeightsException when a file is missing or damaged
   */
  public static ClipVocabulary read(Path folder) {
    Path vocabFile = folder.resolve(VOCAB_FILE);
    Map<String, Integer> ids = TokenizerFile.ids(vocabFile, TokenizerFile.readObject(vocabFile));
    Path mergesFile = folder.resolve(MERGES_FILE);
    List<String> merges = new ArrayList<>();
    for (String line : TokenizerFile.readText(mergesFile).lines().toList()) {
      if (line.isBlank() || (merges.isEmpty() && line.startsWith(MERGES_HEADER))) {
        continue;
      }
      check(mergesFile, line, ids);
      merges.add(line);
    }
    return new ClipVocabulary(ids, merges);
  }

  private static void check(Path file, String merge, Map<String, Integer> ids) {
    String[] pair = merge.split(" ", -1);
    if (pair.length != 2
        || !ids.containsKey(pair[0])
        || !ids.containsKey(pair[1])
        || !ids.containsKey(pair[0] + pair[1])) {
      throw new WeightsException(
          file, "its line \"" + merge + "\" does not fit " + VOCAB_FILE + " beside it.");
    }
  }

  /**
   * The vocabulary that CLIP derives from its merges (openai/CLIP {@code simple_tokenizer.py}): the
   * byte symbols, the byte symbols that end a word, each merge's result, start and end of text.
   */
  private static ClipVocabulary ofMerges(List<String> merges) {
    List<String> tokens = new ArrayList<>();
    byteSymbols().forEach(tokens::add);
    byteSymbols().forEach(symbol -> tokens.add(symbol + END_OF_WORD));
    merges.forEach(merge -> tokens.add(merge.replace(" ", "")));
    tokens.add(START);
    tokens.add(END);
    Map<String, Integer> ids = new HashMap<>();
    tokens.forEach(token -> ids.put(token, ids.size()));
    return new ClipVocabulary(ids, merges);
  }

  /**
   * A printable character for each byte, in id order (GPT-2's {@code bytes_to_unicode}): the
   * printable Latin-1 characters stand for themselves, then characters from U+0100 on for the rest.
   */
  private static List<String> byteSymbols() {
    List<String> printable = new ArrayList<>();
    List<String> others = new ArrayList<>();
    for (int b = 0; b < 256; b++) {
      boolean isPrintable = (b >= '!' && b <= '~') || (b >= '¡' && b <= '¬') || b >= '®';
      if (isPrintable) {
        printable.add(Character.toString(b));
      } else {
        others.add(Character.toString(256 + others.size()));
      }
    }
    printable.addAll(others);
    return printable;
  }

  /**
   * Writes {@code vocab.json} and {@code merges.txt}, as a diffusers {@code tokenizer} folder has
   * them.
   *
   * @param folder an existing folder; files of those names are replaced
   */
  public void writeTo(Path folder) throws IOException {
    JsonObject vocab = new JsonObject();
    ids.entrySet().stream()
        .sorted(Map.Entry.comparingByValue())
        .forEach(entry -> vocab.addProperty(entry.getKey(), entry.getValue()));
    Files.writeString(folder.resolve(VOCAB_FILE), vocab.toString());
    Files.writeString(
        folder.resolve(MERGES_FILE), MERGES_HEADER + ": 0.2\n" + String.join("\n", merges) + "\n");
  }
}
