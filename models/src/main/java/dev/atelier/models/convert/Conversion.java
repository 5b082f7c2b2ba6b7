package dev.atelier.models.convert;

import dev.atelier.models.text.ClipVocabulary;
import dev.atelier.models.weights.CheckpointFiles;
import dev.atelier.models.weights.CheckpointWriter;
import dev.atelier.models.weights.WeightsException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * One checkpoint in another layout: a target whose name ends in {@code .safetensors} becomes a
 * single file, any other a diffusers folder. Nothing that exists is replaced.
 */
public final class Conversion {
  private static final String SINGLE_FILE = ".safetensors";

  private static final String TOKENIZER_CONFIG =
      """
      {
        "tokenizer_class": "CLIPTokenizer",
        "model_max_length": 77,
        "bos_token": "<|startoftext|>",
        "eos_token": "<|endoftext|>",
        "unk_token": "<|endoftext|>",
        "pad_token": "<|endoftext|>"
      }
      """;

  private final CheckpointFiles source;
  private final Path target;

  /**
   * Looks at both ends.
   *
   * @throws WeightsException when {@code source} is no checkpoint that can be used, or {@code
   *     target} exists
   */
  public Conversion(Path source, Path target) {
    if (Files.exists(target)) {
      throw new WeightsException(target, "it exists already; name a new file or folder.");
    }
    this.source = CheckpointFiles.open(source);
    this.target = target.toAbsolutePath();
    if (toSingleFile()) {
      checkTokenizer();
    }
  }

  /** The tensors of the source that no network has, and that are therefore left out. */
  public List<String> leftOut() {
    return source.keys().unknown();
  }

  /**
   * Writes the target.
   *
   * @throws IOException when the disk is full or cannot be written
   * @throws WeightsException when the source cannot be read
   */
  public void run() throws IOException {
    Files.createDirectories(target.getParent());
    var writer = new CheckpointWriter(source);
    if (toSingleFile()) {
      writer.writeSingleFile(target);
      return;
    }
    Path tokenizer = Files.createDirectories(target.resolve("tokenizer"));
    if (source.tokenizer().isPresent()) {
      copy(source.tokenizer().get(), tokenizer);
    } else {
      ClipVocabulary.standard().writeTo(tokenizer);
      Files.writeString(tokenizer.resolve("tokenizer_config.json"), TOKENIZER_CONFIG);
    }
    writer.writeFolder(target);
  }

  private boolean toSingleFile() {
    return target.getFileName().toString().toLowerCase(Locale.ROOT).endsWith(SINGLE_FILE);
  }

  /** A single file has no place for a vocabulary: whoever reads it takes CLIP's. */
  private void checkTokenizer() {
    source
        .tokenizer()
        .filter(folder -> !ClipVocabulary.read(folder).equals(ClipVocabulary.standard()))
        .ifPresent(
            folder -> {
              throw new WeightsException(
                  folder,
                  "its vocabulary is not CLIP's own, which a single file would need; leave the"
                      + " model as a folder.");
            });
  }

  private static void copy(Path from, Path to) throws IOException {
    try (var files = Files.list(from)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Files.copy(file, to.resolve(file.getFileName()));
      }
    }
  }
}
