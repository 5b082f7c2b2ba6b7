package dev.atelier.models.catalog;

import static java.util.stream.Collectors.joining;

import dev.atelier.models.lora.LoraSummaries;
import dev.atelier.models.lora.LoraSummary;
import dev.atelier.models.weights.CheckpointFiles;
import dev.atelier.models.weights.Component;
import dev.atelier.models.weights.ControlNetFile;
import dev.atelier.models.weights.DiffusersFolder;
import dev.atelier.models.weights.KeyReport;
import dev.atelier.models.weights.StandaloneVae;
import dev.atelier.models.weights.WeightSource;
import dev.atelier.models.weights.WeightsException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says of one model what it is and what is wrong with it, from configurations and headers only. */
final class ModelInspection {
  private static final Logger log = LoggerFactory.getLogger(ModelInspection.class);

  /** Trigger words of a LoRA that are told: its card has more. */
  private static final int MOST_WORDS = 6;

  private final Path path;
  private final LoraSummaries loras;
  private final List<String> notes = new ArrayList<>();
  private Optional<String> problem = Optional.empty();
  private List<Path> weights;
  private long bytes;
  private int defaultSize;
  private boolean inpainting;

  private ModelInspection(Path path, LoraSummaries loras) throws IOException {
    this.path = path;
    this.loras = loras;
    boolean folder = Files.isDirectory(path);
    this.weights = folder ? List.of() : List.of(path);
    this.bytes = folder ? 0 : Files.size(path);
  }

  /**
   * Looks at a model.
   *
   * @param path a file, or the folder of one model
   * @param loras what files of LoRAs are known to say
   * @throws IOException when it cannot be read at all
   */
  static ModelEntry of(String id, ModelKind kind, Path path, LoraSummaries loras)
      throws IOException {
    var inspection = new ModelInspection(path, loras);
    try {
      inspection.look(kind);
    } catch (WeightsException e) {
      inspection.problem = Optional.of(e.getMessage());
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    return inspection.entry(id, kind);
  }

  private ModelEntry entry(String id, ModelKind kind) {
    return new ModelEntry(
        id, name(id), kind, path, bytes, weights, defaultSize, inpainting, notes, problem);
  }

  private void look(ModelKind kind) {
    switch (kind) {
      case CHECKPOINT -> lookAtCheckpoint();
      case VAE -> lookAtVae();
      case CONTROLNET -> lookAtControlNet();
      case LORA -> lookAtLora();
      default -> {
        if (!Files.isDirectory(path)) {
          checkHeader(path);
        }
      }
    }
  }

  private void lookAtCheckpoint() {
    CheckpointFiles files = CheckpointFiles.open(path);
    defaultSize = files.defaultSize();
    bytes = files.bytes();
    weights = files.weights(Component.UNET);
    inspect(files.keys());
    if (files instanceof DiffusersFolder folder) {
      folder.checkTokenizer();
    }
    inpainting = files.inpainting();
  }

  private void lookAtVae() {
    StandaloneVae vae = StandaloneVae.open(path);
    weights = List.of(vae.weights());
    bytes = size(vae.weights());
    inspect(vae.keys());
  }

  private void lookAtControlNet() {
    ControlNetFile controlNet = ControlNetFile.open(path);
    weights = controlNet.weights();
    bytes = weights.stream().mapToLong(ModelInspection::size).sum();
    inspect(controlNet.keys());
  }

  private void lookAtLora() {
    LoraSummary lora = loras.of(path);
    problem = lora.problem();
    if (problem.isEmpty()) {
      String family = lora.metadata().family().map(", made for %s"::formatted).orElse("");
      notes.add("%s%s.".formatted(lora.kind(), family));
      List<String> words =
          lora.metadata().triggerPhrase().map(List::of).orElseGet(lora::triggerWords);
      if (!words.isEmpty()) {
        notes.add(words.stream().limit(MOST_WORDS).collect(joining(", ", "Called up by ", ".")));
      }
    }
  }

  private static void checkHeader(Path file) {
    WeightSource.open(file).close();
  }

  private static long size(Path file) {
    try {
      return Files.size(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void inspect(KeyReport keys) {
    problem = keys.problem().map(fault -> new WeightsException(path, fault).getMessage());
    keys.note()
        .ifPresent(
            note -> {
              String sentence = new WeightsException(path, note).getMessage();
              log.warn("{} All of them: {}", sentence, keys.unknown());
              notes.add(sentence);
            });
  }

  /** What people call a model: the last part of its id. */
  static String name(String id) {
    return id.substring(id.lastIndexOf('/') + 1);
  }
}
